"""The settings: defaults in the demo, no defaults outside it, and one clear sentence for what is wrong."""

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import TABLE, SettingInvalid, SettingMissing, Settings, load_settings, settings_table

PRODUCTION = {"USUAL_MODE": "production", "USUAL_SECRET": "s" * 40, "USUAL_PUBLIC_URL": "https://usual.example/"}


def test_the_demo_needs_nothing_set(tmp_path: Path) -> None:
    settings = load_settings({"USUAL_VAR_DIR": str(tmp_path)})
    assert settings.is_demo
    assert settings.host == "127.0.0.1"
    assert settings.public_url == "http://localhost:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/usual.db"
    assert not settings.has_model


def test_the_demo_makes_one_secret_and_keeps_it_for_its_owner_alone(tmp_path: Path) -> None:
    first = load_settings({"USUAL_VAR_DIR": str(tmp_path)})
    again = load_settings({"USUAL_VAR_DIR": str(tmp_path)})
    assert first.secret == again.secret
    assert len(first.secret) >= 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("name", ["USUAL_SECRET", "USUAL_PUBLIC_URL"])
def test_outside_the_demo_a_missing_secret_or_address_is_named(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingMissing, match=name):
        load_settings(environ)


def test_outside_the_demo_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(PRODUCTION)
    assert settings.public_url == "https://usual.example"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::"])
def test_the_demo_listens_on_this_machine_only(host: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="USUAL_HOST takes a loopback address"):
        load_settings({"USUAL_HOST": host, "USUAL_VAR_DIR": str(tmp_path)})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.9", "::1"])
def test_every_loopback_address_will_do_in_the_demo(host: str, tmp_path: Path) -> None:
    assert load_settings({"USUAL_HOST": host, "USUAL_VAR_DIR": str(tmp_path)}).host == host


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("USUAL_PORT", "eighty"),
        ("USUAL_PORT", "70000"),
        ("USUAL_PORT", "-1"),
        ("USUAL_PORT", "８０"),
        ("USUAL_MODE", "prod"),
        ("USUAL_MODEL_ASK", "sometimes"),
        ("USUAL_MODEL_BASE_URL", "model.example/v1"),
        ("USUAL_QUOTE_TTL_SECONDS", "0"),
        ("USUAL_LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_refused_by_name_with_what_it_takes(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid) as refused:
        load_settings({name: value, "USUAL_VAR_DIR": str(tmp_path)})
    assert str(refused.value).startswith(f"{name} takes ")
    assert value in str(refused.value)


@pytest.mark.parametrize("address", ["http://usual.example", "https://192.0.2.7", "http://192.0.2.7:8000", "https://[2001:db8::1]"])
def test_outside_the_demo_the_address_is_one_that_passkeys_can_belong_to(address: str) -> None:
    with pytest.raises(SettingInvalid, match="USUAL_PUBLIC_URL takes an https address with a name, because a passkey"):
        load_settings({**PRODUCTION, "USUAL_PUBLIC_URL": address})


@pytest.mark.parametrize("address", ["https://usual.example:8443", "http://localhost:8000", "http://127.0.0.1:8000"])
def test_an_address_of_this_machine_will_do_for_a_trial(address: str, tmp_path: Path) -> None:
    assert load_settings({**PRODUCTION, "USUAL_PUBLIC_URL": address}).passkey_origin == address
    assert load_settings({"USUAL_VAR_DIR": str(tmp_path)}).passkey_origin is None


@pytest.mark.parametrize("name", ["USUAL_SECRET", "USUAL_PIN_PEPPER"])
def test_a_short_secret_is_refused_without_being_repeated(name: str) -> None:
    with pytest.raises(SettingInvalid, match=f"{name} takes at least 32") as refused:
        load_settings({**PRODUCTION, name: "hunter2"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("url", ["usual.db", "mysql://usual:hunter2@db.example/usual", "postgresql:usual:hunter2"])
def test_a_database_that_is_not_supported_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingInvalid, match="USUAL_DATABASE_URL takes `sqlite:///FILE` or `postgresql://") as refused:
        load_settings({**PRODUCTION, "USUAL_DATABASE_URL": url})
    assert url not in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_secrets_stay_out_of_the_repr() -> None:
    url = "postgresql://usual:hunter2@db.example/usual"
    settings = load_settings({**PRODUCTION, "USUAL_MODEL_API_KEY": "key-of-the-model", "USUAL_DATABASE_URL": url})
    assert "hunter2" not in repr(settings)
    assert settings.secret not in repr(settings)
    assert settings.pin_pepper not in repr(settings)
    assert "key-of-the-model" not in repr(settings)


def test_each_purpose_has_a_key_of_its_own() -> None:
    settings = load_settings(PRODUCTION)
    assert len({settings.secret, settings.pin_pepper, settings.key_for("sign-in"), settings.key_for("form-token")}) == 4


def test_a_folder_that_can_not_be_written_to_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SettingInvalid, match="USUAL_VAR_DIR"):
        load_settings({"USUAL_VAR_DIR": str(blocked / "var")})


def test_the_table_declares_every_setting_and_only_those() -> None:
    assert {setting.name.lower() for setting in TABLE} == {field.name for field in fields(Settings)}
    assert all(f"`{setting.variable}`" in settings_table() for setting in TABLE)


def test_models_are_named_in_their_order_and_keys_belong_to_providers(tmp_path: Path) -> None:
    environ = {"USUAL_VAR_DIR": str(tmp_path), "USUAL_MODEL_NAME": "small, large,", "USUAL_MODEL_TABLE": "models.toml"}
    settings = load_settings(environ | {"USUAL_MODEL_API_KEY": "one=12345678, two=abcdefgh=="})
    assert (settings.model_name, settings.model_table) == (("small", "large"), Path("models.toml"))
    assert settings.model_api_key == {"one": "12345678", "two": "abcdefgh=="}
    assert settings.has_model
    assert "12345678" not in repr(settings)


@pytest.mark.parametrize("key", ["sk-1234", "abc==", "plain"])
def test_a_key_alone_is_for_the_base_url(key: str, tmp_path: Path) -> None:
    assert load_settings({"USUAL_VAR_DIR": str(tmp_path), "USUAL_MODEL_API_KEY": key}).model_api_key == {"": key}


def test_keys_without_a_provider_are_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid) as refused:
        load_settings({"USUAL_VAR_DIR": str(tmp_path), "USUAL_MODEL_API_KEY": "one=12345678,secret-two"})
    assert "secret-two" not in str(refused.value)
