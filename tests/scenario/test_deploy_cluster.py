"""What is written in the files for several daemons (compose, Kubernetes) is what pland takes: names, values, ports, paths,
commands; and what refers to each other in them is there."""
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from harness import DATABASE_SERVER, PATIENCE, PLAND, ROOT, Daemon, make_database, run

COMPOSE, KUBERNETES, IMAGE = (ROOT / "deploy" / name for name in ("compose.yaml", "kubernetes.yaml", "Containerfile"))
LINT = "{extends: default, rules: {line-length: {max: 120}, document-start: disable, octal-values: disable}}"
COMMANDS = re.findall(r"^  pland \[OPTIONS\] ([a-z]+)", run(PLAND, "--help").stdout, re.M)
OPEN_ROUTES = [line.split()[1] for line in run(PLAND, "routes").stdout.splitlines() if line.startswith("GET ") and line.split()[2] == "none"]


def compose():
    return yaml.safe_load(COMPOSE.read_text())


def objects(kind):
    return [o for o in yaml.safe_load_all(KUBERNETES.read_text()) if o["kind"] == kind]


def pod():
    return objects("StatefulSet")[0]["spec"]["template"]


def containers():
    return pod()["spec"]["initContainers"] + pod()["spec"]["containers"]


def image():
    """What the image fixes: environment, user, port, folder."""
    text = IMAGE.read_text()
    env = dict(pair.split("=", 1) for pair in re.search(r"^ENV (PLAND_.*)$", text, re.M).group(1).split())
    return {"env": env, "uid": int(re.search(r"--uid (\d+)", text).group(1)), "port": int(re.search(r"^EXPOSE (\d+)", text, re.M).group(1)),
            "volume": re.search(r"^VOLUME (\S+)", text, re.M).group(1)}


def default(value):
    """A value with ${NAME:-default} filled in."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def environments():
    """Of everything that runs pland: its variables besides the image's."""
    ours = {name: s["environment"] for name, s in compose()["services"].items() if "pland" in s["image"]}
    return [*ours.items(), *((c["name"], {e["name"]: e["value"] for e in c["env"]}) for c in containers())]


@pytest.mark.parametrize("file", [COMPOSE, KUBERNETES])
def test_it_is_tidy(file):
    result = subprocess.run(["yamllint", "--strict", "-d", LINT, file], text=True, capture_output=True)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name, env", environments())
def test_every_variable_is_a_setting_and_taken(name, env, tmp_path):
    given = {k: default(v) for k, v in {**image()["env"], **env}.items()}
    printed = run(PLAND, "--print-config", env={"PATH": os.environ["PATH"], **given}).stdout  # refuses what it does not know
    for variable, value in given.items():
        if variable.startswith("PLAND_"):
            assert f"{variable[6:].lower().replace('_', '-')} = {value}\n" in printed
        else:
            assert variable.encode() + b"\0" in Path(libpq()).read_bytes(), f"libpq does not know {variable}"


def libpq():
    shown = run("ldd", PLAND).stdout
    return re.search(r"libpq\.so\S* => (\S+)", shown).group(1)


def test_commands_are_plands():
    given = [c["args"] for c in containers() if "args" in c] + [s["command"] for s in compose()["services"].values() if "command" in s]
    assert len(given) == 2 and all(args[0] in COMMANDS and len(args) == 1 for args in given)
    assert IMAGE.read_text().rstrip().endswith('ENTRYPOINT ["/usr/sbin/pland"]') and all("command" not in c for c in containers())


def test_ports_lead_to_the_daemon():
    port = image()["port"]
    assert image()["env"]["PLAND_LISTEN"] == f"0.0.0.0:{port}"
    main = pod()["spec"]["containers"][0]
    assert main["ports"] == [{"name": "http", "containerPort": port}]
    assert {p["targetPort"] for s in objects("Service") for p in s["spec"]["ports"]} == {"http"}
    assert pod()["metadata"]["annotations"]["prometheus.io/port"] == str(port)
    for service in ("one", "two"):
        assert compose()["services"][service]["ports"][0].split(":")[2] == str(port)


def test_probes_ask_what_there_is():
    main = pod()["spec"]["containers"][0]
    asked = {probe: main[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert [asked[p]["path"] for p in asked] == ["/livez", "/livez", "/readyz"] and all(a["port"] == "http" for a in asked.values())
    assert {a["path"] for a in asked.values()} | {pod()["metadata"]["annotations"]["prometheus.io/path"]} <= set(OPEN_ROUTES)
    stop = main["lifecycle"]["preStop"]["exec"]["command"]
    assert stop[0] == "sleep" and int(stop[1]) + 30 <= pod()["spec"]["terminationGracePeriodSeconds"]


def test_what_is_referred_to_is_there():
    """Selectors, volumes, secrets: a wrong name is told by nobody before the cluster."""
    labels = pod()["metadata"]["labels"]
    assert objects("StatefulSet")[0]["spec"]["selector"]["matchLabels"] == labels
    assert [s["spec"]["selector"] for s in objects("Service")] == [labels] * 2
    assert objects("PodDisruptionBudget")[0]["spec"]["selector"]["matchLabels"] == labels
    assert objects("StatefulSet")[0]["spec"]["serviceName"] in [s["metadata"]["name"] for s in objects("Service")]
    volumes = {v["name"]: v for v in pod()["spec"]["volumes"] + [{"name": t["metadata"]["name"]} for t in objects("StatefulSet")[0]["spec"]["volumeClaimTemplates"]]}
    used = {m["name"] for c in containers() for m in c["volumeMounts"]}
    assert used == set(volumes)
    for volume in volumes.values():
        if "secret" in volume:
            assert f"secret generic {volume['secret']['secretName']} --from-file=" in KUBERNETES.read_text()
    declared = set(compose()["secrets"])
    assert {s if isinstance(s, str) else s["source"] for service in compose()["services"].values() for s in service.get("secrets", [])} == declared
    for secret in compose()["secrets"].values():
        assert f">{secret['file'][2:]}" in COMPOSE.read_text()  # its comment says how to make it


def test_files_are_where_they_are_looked_for():
    """The data directory, the key in it, the service file; and the user who reads them."""
    data = image()["env"]["PLAND_DATA_DIR"]
    assert data == image()["volume"]
    for c in containers():
        mounts = {m["mountPath"] for m in c["volumeMounts"]}
        file = Path({e["name"]: e["value"] for e in c["env"]}["PGSERVICEFILE"])
        assert data in mounts and str(file.parent) in mounts and file.name == "pg_service.conf"
    key = next(m for m in pod()["spec"]["containers"][0]["volumeMounts"] if m["name"] == "key")
    assert key["mountPath"] == f"{data}/{key['subPath']}" and f">{key['subPath']} " in KUBERNETES.read_text()
    assert pod()["spec"]["securityContext"]["runAsUser"] == image()["uid"] and f"chown {image()['uid']}" in COMPOSE.read_text()
    for service in ("one", "two"):
        s = compose()["services"][service]
        assert f"{service}:{data}" in s["volumes"] and {"source": "secret.key", "target": f"{data}/secret.key"} in s["secrets"]
        assert Path(s["environment"]["PGSERVICEFILE"]).name in [x["target"] for x in s["secrets"]]


def test_what_is_to_be_watched_is_there(api):
    text = requests.get(api.url + "/metrics", timeout=PATIENCE).text
    named = re.findall(r"`(pland_\w+)", (ROOT / "README.md").read_text())
    assert len(named) > 3 and all(f"\n{name}{{" in text or f"\n{name} " in text for name in named)
    assert 'pland_jobs{state="queued"}' in text


@pytest.mark.skipif(not DATABASE_SERVER, reason="needs PostgreSQL (tests/postgres)")
def test_as_compose_has_it(tmp_path):
    """One migrates, then both daemons start with the key that they are given, one after the other with its own folder."""
    database = urlsplit(make_database(tmp_path))
    (tmp_path / "pg_service.conf").write_text(f"[pland]\nhost={database.hostname}\nport={database.port}\nuser={database.username}\ndbname={database.path[1:]}\n")
    services = compose()["services"]
    env = lambda name: {**services[name]["environment"], "PGSERVICEFILE": str(tmp_path / "pg_service.conf"), "PLAND_PUBLIC_URL": ""}  # noqa: E731
    moved = {k: v for k, v in env("migrate").items() if k != "PLAND_ROOTS"}
    run(PLAND, *services["migrate"]["command"], env={"PATH": os.environ["PATH"], **moved, "PLAND_DATA_DIR": str(tmp_path / "migrate")})
    key, daemons = os.urandom(32), []
    for name in ("one", "two"):
        daemon = Daemon(tmp_path / name, "--rate", "0", env={"PGSERVICEFILE": str(tmp_path / "pg_service.conf")})
        daemon.store = ["--store", services[name]["environment"]["PLAND_STORE"]]
        daemon.data.mkdir(mode=0o700)
        (daemon.data / "secret.key").write_bytes(key)
        (daemon.data / "secret.key").chmod(0o400)
        daemons.append(daemon)
    one, two = daemons
    one.start()
    (two.data / "admin.token").write_text(one.token)  # only for the test's client: the first daemon alone writes it
    two.start()
    plan = two.admin.new()
    assert one.admin.plan(plan)["id"] == plan
    for daemon in daemons:
        daemon.stop()
        assert (daemon.data / "secret.key").read_bytes() == key
        assert not any("secret.key" in line["msg"] for line in daemon.lines if line)
