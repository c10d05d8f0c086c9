"""The programs people and machines of the company run, and who runs what."""

from typing import NamedTuple


class Program(NamedTuple):
    """One way a program is started. `{user}` in paths and commands is the account name, `{n}` a small number."""

    image: str
    command: str
    maker: str
    description: str


_OFFICE = r"C:\Program Files\Microsoft Office\root\Office16" + "\\"
_SYSTEM = r"C:\Windows\System32" + "\\"
_MICROSOFT = "Microsoft Corporation"


def _office(name: str, argument: str, description: str) -> Program:
    return Program(f"{_OFFICE}{name}", f'"{_OFFICE}{name}" {argument}', _MICROSOFT, description)


def _windows(name: str, arguments: str, description: str) -> Program:
    return Program(f"{_SYSTEM}{name}", f"{_SYSTEM}{name} {arguments}".rstrip(), _MICROSOFT, description)


OUTLOOK = _office("OUTLOOK.EXE", "/recycle", "Microsoft Outlook")
WORD = _office("WINWORD.EXE", r'/n "C:\Users\{user}\Documents\report_{n}.docx"', "Microsoft Word")
EXCEL = _office("EXCEL.EXE", r'"C:\Users\{user}\Documents\figures_{n}.xlsx"', "Microsoft Excel")
POWERPOINT = _office("POWERPNT.EXE", r'"C:\Users\{user}\Documents\deck_{n}.pptx"', "Microsoft PowerPoint")
EDGE = Program(
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r'"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --type=renderer --renderer-client-id={n}',
    _MICROSOFT,
    "Microsoft Edge",
)
CHROME = Program(
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r'"C:\Program Files\Google\Chrome\Application\chrome.exe" --type=utility --field-trial-handle={n}',
    "Google LLC",
    "Google Chrome",
)
TEAMS = Program(
    r"C:\Users\{user}\AppData\Local\Microsoft\Teams\current\Teams.exe",
    r'"C:\Users\{user}\AppData\Local\Microsoft\Teams\current\Teams.exe" --type=gpu-process --id={n}',
    _MICROSOFT,
    "Microsoft Teams",
)
READER = Program(
    r"C:\Program Files\Adobe\Acrobat DC\Acrobat\Acrobat.exe",
    r'"C:\Program Files\Adobe\Acrobat DC\Acrobat\Acrobat.exe" "C:\Users\{user}\Downloads\file_{n}.pdf"',
    "Adobe Inc.",
    "Adobe Acrobat",
)
NOTEPAD = _windows("notepad.exe", r"C:\Users\{user}\Documents\notes_{n}.txt", "Notepad")
SAP = Program(
    r"C:\Program Files (x86)\SAP\FrontEnd\SAPgui\saplogon.exe",
    r'"C:\Program Files (x86)\SAP\FrontEnd\SAPgui\saplogon.exe"',
    "SAP SE",
    "SAP Logon",
)
CODE = Program(
    r"C:\Program Files\Microsoft VS Code\Code.exe",
    r'"C:\Program Files\Microsoft VS Code\Code.exe" --type=extensionHost --id={n}',
    _MICROSOFT,
    "Visual Studio Code",
)
GIT = Program(
    r"C:\Program Files\Git\cmd\git.exe", "git.exe fetch --prune origin", "The Git Development Community", "Git"
)
PYTHON = Program(r"C:\Python311\python.exe", "python.exe -m pytest -q tests", "Python Software Foundation", "Python")
PWSH = Program(
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"powershell.exe -NoProfile -File C:\Tools\inventory_{n}.ps1",
    _MICROSOFT,
    "Windows PowerShell",
)
MMC = _windows("mmc.exe", r"C:\Windows\system32\dsa.msc", "Microsoft Management Console")
RDP = _windows("mstsc.exe", "/v:srv-app01", "Remote Desktop Connection")
PING = _windows("PING.EXE", "-n 4 srv-fs01", "TCP/IP Ping Command")

EVERYONE = (OUTLOOK, EDGE, CHROME, TEAMS, WORD, EXCEL, READER, NOTEPAD)
BY_DEPARTMENT: dict[str, tuple[Program, ...]] = {
    "Sales": (POWERPOINT, EXCEL, SAP),
    "Finance": (EXCEL, SAP, READER),
    "Engineering": (CODE, GIT, PYTHON, PWSH),
    "Human Resources": (WORD, SAP),
    "Legal": (WORD, READER),
    "IT": (PWSH, MMC, RDP, PING, CODE),
    "Marketing": (POWERPOINT, CHROME),
    "Operations": (SAP, EXCEL),
}
HEADCOUNT = {
    "Sales": 0.2, "Finance": 0.1, "Engineering": 0.28, "Human Resources": 0.06, "Legal": 0.04, "IT": 0.08,
    "Marketing": 0.09, "Operations": 0.15,
}  # fmt: skip

BACKGROUND = (
    _windows("svchost.exe", "-k netsvcs -p -s wuauserv", "Host Process for Windows Services"),
    _windows("taskhostw.exe", "Install $(Arg0)", "Host Process for Windows Tasks"),
    _windows("backgroundTaskHost.exe", "-ServerName:CortanaUI.AppX8z9r6jm96hw4bsbneegw0kyxx296wr9t.mca", "Background"),
    _windows("conhost.exe", "0xffffffff -ForceV1", "Console Window Host"),
    _windows("SearchProtocolHost.exe", "Global\\UsGthrFltPipeMssGthrPipe{n}", "Windows Search Protocol Host"),
    _windows("sppsvc.exe", "", "Software Protection Platform Service"),
    Program(
        r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26010.5\MpCmdRun.exe",
        r'"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26010.5\MpCmdRun.exe" SignatureUpdate -Schedule',
        _MICROSOFT,
        "Microsoft Malware Protection Command Line Utility",
    ),
    Program(
        r"C:\Program Files (x86)\Google\Update\GoogleUpdate.exe",
        r'"C:\Program Files (x86)\Google\Update\GoogleUpdate.exe" /ua /installsource scheduler',
        "Google LLC",
        "Google Installer",
    ),
)
AGENTS = {
    "Chrome": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/133.0.0.0 Safari/537.36",
    "Edge": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0",
    "Firefox": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/135.0",
}
