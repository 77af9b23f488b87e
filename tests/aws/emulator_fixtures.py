"""Emulators that all tests of a run share. A conftest imports the fixtures that it wants:

    from emulator_fixtures import emulator_folder, moto  # noqa: F401
"""

import pytest

import emulators


@pytest.fixture(scope="session")
def emulator_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("emulators")


@pytest.fixture(scope="session")
def moto(emulator_folder):
    with emulators.moto_server(emulator_folder) as url:
        yield url


@pytest.fixture(scope="session")
def s3_server(emulator_folder):
    emulators.need(emulators.why_no_versitygw())
    with emulators.versitygw(emulator_folder) as url:
        yield url


@pytest.fixture(scope="session")
def elasticmq(emulator_folder):
    emulators.need(emulators.why_no_elasticmq())
    with emulators.elasticmq(emulator_folder) as url:
        yield url
