# SPDX-License-Identifier: MIT
"""compose.yaml and the systemd unit: nothing more is allowed than is needed."""
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / "examples/treatfacts.service"
EXPOSURE_MOST = 1.5  # of 10, as systemd judges it


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


@pytest.mark.parametrize("name", ["daemon", "load"])
def test_container_has_no_rights(services, name):
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_loopback_is_opened(services):
    opened = [port for service in services.values() for port in service.get("ports", [])]
    assert opened and all(port.startswith("127.0.0.1:") for port in opened)


def test_files_that_are_mounted_are_there(services):
    folders = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])]
    files = [folder for folder in folders if folder.startswith("./")]
    assert files and all((ROOT / file).exists() for file in files)


def test_nginx_asks_where_the_daemon_listens(services):
    server = re.search(r"server ([\d.:]+);", (ROOT / "examples/nginx.conf").read_text())[1]
    assert services["daemon"]["environment"]["TREATFACTS_LISTEN"] == server
    assert services["proxy"]["network_mode"] == "service:daemon"


def test_compose_takes_it():
    """Merged and filled in by Compose itself: Debian's, which is older than Docker's."""
    if not shutil.which("docker-compose"):
        pytest.skip("docker-compose is not installed")
    done = subprocess.run(["docker-compose", "-f", ROOT / "compose.yaml", "--profile", "load", "config"],
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {"daemon", "load", "proxy"}
    assert all(services[name]["cap_drop"] == ["ALL"] for name in ("daemon", "load"))
    assert f"{ROOT}/examples/sources:/texts:ro" in services["load"]["volumes"]


def analyze(*arguments):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)


def test_systemd_understands_the_unit():
    told = analyze("verify", "--man=no", UNIT).stderr
    wrong = [line for line in told.splitlines() if UNIT.name in line and "is not executable" not in line]
    assert wrong == []


def test_systemd_finds_the_unit_safe():
    judged = analyze("security", "--offline=true", UNIT)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", judged.stdout)
    assert exposure, judged.stderr
    assert float(exposure[1]) <= EXPOSURE_MOST
