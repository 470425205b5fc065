# SPDX-License-Identifier: MIT
"""The list of what the image is made of, judged by CycloneDX's own schema."""
import json
import pathlib
import re
import shutil
import subprocess

import jsonschema
import pytest

import conftest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def libraries():
    linked = subprocess.run(["ldd", conftest.service.BINARY], capture_output=True, text=True, check=True).stdout
    return sorted(path for path in set(re.findall(r"/[^ ]+\.so[^ ]*", linked)))


def listed(*arguments):
    return subprocess.run([ROOT / "scripts/sbom", *arguments], capture_output=True, text=True)


@pytest.fixture(scope="module")
def document():
    if not shutil.which("dpkg-query"):
        pytest.skip("no Debian packages here")
    made = listed("1.2.3", *libraries())
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def test_follows_the_schema(document, node):
    folder = node / "node_modules/@cyclonedx/cyclonedx-library/res/schema"
    schema = json.loads((folder / "bom-1.5.SNAPSHOT.schema.json").read_text())
    beside = {schema["$id"].rpartition("/")[0] + "/" + path.name: json.loads(path.read_text())
              for path in folder.glob("*.schema.json")}
    resolver = jsonschema.RefResolver.from_schema(schema, store=beside)
    jsonschema.Draft7Validator(schema, resolver=resolver).validate(document)


def test_names_the_package_of_each_library(document):
    names = {component["name"] for component in document["components"]}
    assert {"libc6", "libjansson4", "libsqlite3-0", "zlib1g"} <= names
    assert any(name.startswith("libmicrohttpd") for name in names)
    assert all(component["purl"].startswith("pkg:deb/debian/" + component["name"] + "@")
               for component in document["components"])
    assert document["metadata"]["component"]["version"] == "1.2.3"
    assert document["dependencies"][0]["dependsOn"] == [component["purl"] for component in document["components"]]


def test_same_libraries_give_the_same_bytes(document):
    assert listed("1.2.3", *reversed(libraries())).stdout == listed("1.2.3", *libraries()).stdout


def test_file_of_no_package_is_refused(tmp_path):
    stray = tmp_path / "libstray.so.1"
    stray.touch()
    made = listed("1.2.3", stray)
    assert made.returncode != 0 and str(stray) in made.stderr
