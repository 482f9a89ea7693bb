"""Starting and stopping: what the operator of the process sees."""
import json
import re
import socket
import stat

import pytest

from desk import Desk, titan


def test_prints_where_it_listens_and_who_may_log_in(directory):
    with Desk(directory) as desk:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", desk.address)
        file = directory / "first-operator.txt"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert str(file) in desk.output
        name, password = desk.password()
        assert name and len(password) >= 12
        assert desk.client().get("/api/v1/state").status_code == 200
    # The second start makes no second operator.
    with Desk(directory) as desk:
        assert desk.password() == (name, password)


def test_ends_within_five_seconds_of_sigterm(directory):
    desk = Desk(directory).wait_ready()
    assert desk.stop(5) == 0


def test_refuses_a_second_process_on_the_same_directory(directory):
    with Desk(directory):
        second = titan("serve", "--port", 0, "--data-dir", directory)
        assert second.returncode != 0
        assert "another titan process works in" in second.stderr


def test_says_which_flag_helps_when_the_port_is_taken(directory):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = titan("serve", "--port", port, "--data-dir", directory)
    assert done.returncode != 0
    assert f":{port} is in use" in done.stderr and "--port" in done.stderr
    assert not list(directory.glob("segment-*")) or not titan(
        "journal", "cat", "--data-dir", directory).stdout, "the desk began all the same"


@pytest.mark.parametrize("arguments, words", [
    (["--port", "http"], ["port", "http", "0 to 65535"]),
    (["--market", "tea-leaves"], ["market", "tea-leaves", "replay:FILE"]),
    (["--venue-faults", "lose-fill=lots"], ["lose-fill", "lots"]),
    (["--speed", "0"], ["speed", "0", "1 to 1000"]),
    (["--market", "replay:/nowhere.csv"], ["/nowhere.csv", "No such file"]),
    (["--policy", "/nowhere.json"], ["policy", "/nowhere.json"]),
])
def test_says_what_is_wrong_with_a_value(directory, arguments, words):
    done = titan("serve", "--port", 0, "--data-dir", directory, *arguments)
    assert done.returncode != 0
    for word in words:
        assert word in done.stderr, done.stderr


def test_refuses_settings_that_do_not_exist(directory, tmp_path):
    done = titan("config", TITAN_PROT="1")
    assert done.returncode != 0 and "TITAN_PROT" in done.stderr
    file = tmp_path / "titan.json"
    file.write_text(json.dumps({"prot": 1}))
    done = titan("config", "--config", file)
    assert done.returncode != 0 and "prot" in done.stderr


def test_shows_its_configuration_without_secrets(tmp_path):
    file = tmp_path / "titan.json"
    file.write_text(json.dumps({"seed": 5, "port": 1, "hmac-secret": "0123456789abcdef-secret"}))
    done = titan("config", "--config", file, "--port", 3, TITAN_PORT="2")
    assert done.returncode == 0, done.stderr
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert " 3 " in lines["port"] and "flag" in lines["port"]
    assert " 5 " in lines["seed"] and "file" in lines["seed"]
    assert "secret" not in lines["hmac-secret"].removeprefix("hmac-secret")


def test_a_bad_row_of_the_market_names_file_line_and_column(directory, tmp_path):
    file = tmp_path / "bars.csv"
    file.write_text(
        "timestamp,open,high,low,close,volume\n"
        "2022-01-01 00:00:00,100,101,99,100,1\n"
        "2022-01-01 00:01:00,100,NaN,99,100,1\n")
    done = titan("serve", "--port", 0, "--data-dir", directory, "--market", f"replay:{file}")
    assert done.returncode != 0
    assert "bars.csv" in done.stderr and "3" in done.stderr and "high" in done.stderr
