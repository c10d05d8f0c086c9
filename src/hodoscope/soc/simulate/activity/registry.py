"""Every source of ordinary activity. The name seeds its dice: renaming one changes what it writes."""

from hodoscope.soc.simulate.activity import linux_hosts, logons, machines, patching
from hodoscope.soc.simulate.activity.browsing import browsing
from hodoscope.soc.simulate.activity.cloud import cloud
from hodoscope.soc.simulate.activity.desk import desk, housekeeping
from hodoscope.soc.simulate.activity.interface import Activity
from hodoscope.soc.simulate.activity.scanning import scanning
from hodoscope.soc.simulate.activity.signins import signins
from hodoscope.soc.simulate.activity.website import website

ACTIVITIES: dict[str, Activity] = {
    "browsing": browsing,
    "desk": desk,
    "housekeeping": housekeeping,
    "arrivals": logons.arrivals,
    "unlocks": logons.unlocks,
    "shares": logons.shares,
    "administration": logons.administration,
    "service accounts": logons.service_accounts,
    "telemetry": machines.telemetry,
    "clocks": machines.clocks,
    "monitoring": machines.monitoring,
    "backups": machines.backups,
    "patch night": patching.patch_night,
    "distribution": patching.distribution,
    "scanning": scanning,
    "engineers": linux_hosts.engineers,
    "routine": linux_hosts.routine,
    "knocking": linux_hosts.knocking,
    "cloud": cloud,
    "signins": signins,
    "website": website,
}
