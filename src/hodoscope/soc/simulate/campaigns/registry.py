"""Every campaign of the simulator."""

from hodoscope.soc.simulate.campaigns.cloud_takeover import CloudTakeover
from hodoscope.soc.simulate.campaigns.insider import Insider
from hodoscope.soc.simulate.campaigns.interface import Campaign
from hodoscope.soc.simulate.campaigns.phishing import Phishing
from hodoscope.soc.simulate.campaigns.ransomware import Ransomware
from hodoscope.soc.simulate.campaigns.web_shell import WebShell

CAMPAIGNS: tuple[Campaign, ...] = (Phishing(), CloudTakeover(), Insider(), Ransomware(), WebShell())
