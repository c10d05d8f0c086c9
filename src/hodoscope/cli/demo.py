"""``hodoscope demo``: a simulated company's telemetry through the main path, in a minute."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where all goes; a former demo is replaced.")] = Path("demo"),
    hours: Annotated[float, typer.Option(help="Hours to simulate.")] = 24,
    users: Annotated[int, typer.Option(help="People in the company.")] = 25,
    seed: Annotated[int, typer.Option(help="Same seed, same company.")] = 7,
) -> None:
    """Simulate a company under attack and find the attacks. Reaches no network.

    Example: `hodoscope demo --hours 24 --users 25`
    """
    import shutil

    from hodoscope import privacy
    from hodoscope.cli import work
    from hodoscope.errors import InputError

    privacy.forbid_network()
    marker = folder / ".hodoscope-demo"
    if folder.exists():
        if not marker.exists() and any(folder.iterdir()):
            raise InputError(f"{folder}: is not empty and no former demo; name another one with --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    marker.touch()
    company, store = folder / "company", folder / "store"
    typer.echo(f"1/2  simulating a company of {users} people over {hours:g} hours, five attacks among them")
    work.simulate(company, hours, users, seed, quiet=True, hint=False)
    typer.echo("\n2/2  reading its raw logs and looking for attacks\n")
    logs = [str(company / name) for name in ("windows", "linux", "zeek", "aws", "entra", "web")]
    work.run(
        work.Request(logs, str(store), None, "default", operator=company / "operator", quiet=False),
        follow=False,
    )
    typer.echo(
        f"\nWhere to look next (add --store {store} to each):\n"
        "  hodoscope soc incidents list        alerts that belong together;  incidents show ID tells the story\n"
        "  hodoscope soc alerts list           the queue: findings grouped, most urgent first\n"
        "  hodoscope soc entities list         who and what carries risk, and why\n"
        "  hodoscope soc findings              all findings;  --json, --csv, --ocsf for programs\n"
        "  hodoscope soc show ID               one finding: why, evidence, how to check, what happened around it\n"
        f"  hodoscope soc coverage {company}    how well the logs were understood\n"
        "  hodoscope soc run /var/log/auth.log your own logs\n"
        f"The truth about the attacks is in {company / 'truth'}.\n"
        "This telemetry is invented: it shows the path and proves no accuracy."
    )
