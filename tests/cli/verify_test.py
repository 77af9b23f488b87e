"""`trailwarden verify` against trails that make_trail.py makes: what is whole is intact, and every
kind of tampering is named for what it is."""

import datetime
import gzip
import json
import shutil

import pytest

from make_trail import ACCOUNT, DAY, Bucket, Chain, Key, key_list, make, pack, utc

INTACT, FAILED, USAGE, TAMPERED = 0, 1, 2, 3


@pytest.fixture
def verify(run, tmp_path):
    """Writes the bucket's mirror and verifies it: (status, the JSON report)."""

    def write_and_run(bucket, *options, keys=None, sidecars=True, strip="", folder="mirror"):
        bucket.write_mirror(tmp_path / folder, sidecars, strip)
        (tmp_path / "keys.json").write_text(keys or key_list(Key("first")))
        result = run("verify", folder, "--public-keys", "keys.json", "--format", "json", *options)
        assert result.returncode in (INTACT, TAMPERED), result.stderr
        return result.returncode, json.loads(result.stdout)

    return write_and_run


def name(key):
    return key.rsplit("/", 1)[-1]


def problems(report):
    """(kind, file) of each problem, sorted."""
    return sorted((each["kind"], name(each["file"])) for each in report["problems"])


def expect(report, *wanted):
    assert problems(report) == sorted((kind, name(key)) for kind, key in wanted)


def remarks(report):
    return sorted({each["kind"] for each in report["remarks"]})


def counts(report, what):
    return {state: count for state, count in report[what].items() if count}


# ------------------------------------------------------------------ what is whole


def test_an_untouched_trail_is_intact(verify):
    status, report = verify(make()[0])
    assert (status, report["verdict"]) == (INTACT, "intact")
    assert counts(report, "digests") == {"valid": 12}
    assert counts(report, "log_files") == {"valid": 20}
    assert report["problems"] == [] and report["remarks"] == []


@pytest.mark.parametrize("strip", ["", "org-logs/", "org-logs/AWSLogs/",
                                   f"org-logs/AWSLogs/{ACCOUNT}/"])
def test_a_mirror_of_any_depth(verify, strip):
    status, report = verify(make(prefix="org-logs/")[0], strip=strip)
    assert status == INTACT
    assert counts(report, "log_files") == {"valid": 20}


def test_a_mirror_below_the_folder_that_was_named(verify, run, tmp_path):
    make()[0].write_mirror(tmp_path / "all/of/it")
    (tmp_path / "keys.json").write_text(key_list(Key("first")))
    assert run("verify", "all", "--public-keys", "keys.json").returncode == INTACT


def test_several_accounts_of_an_organisation_and_several_trails(verify):
    bucket, key = Bucket(), Key("first")
    for account in (ACCOUNT, "444455556666"):
        for trail in ("audit_trail", "other"):
            offset = 91 if trail == "other" else 300
            Chain(bucket, "eu-north-1", key, account=account, trail=trail, offset=offset,
                  organisation="o-exampleorg/").hours(8, 11)
    status, report = verify(bucket)
    assert status == INTACT
    assert counts(report, "digests") == {"valid": 12}
    assert len(report["coverage"]) == 4


def test_without_sidecars_all_but_the_newest_digests_are_proven(verify):
    status, report = verify(make()[0], sidecars=False)
    assert (status, report["verdict"]) == (INTACT, "intact")
    assert counts(report, "digests") == {"valid": 10, "unproven": 2}
    assert counts(report, "log_files") == {"valid": 16, "unproven": 4}
    assert remarks(report) == ["not-proven"]


@pytest.mark.parametrize("form", ["PKCS1", "SubjectPublicKeyInfo"])
def test_both_forms_of_public_keys(verify, form):
    key = Key("first", form)
    status, _ = verify(make(key)[0], keys=key_list(key))
    assert status == INTACT


def test_keys_of_several_regions_in_one_file(verify):
    bucket = Bucket()
    Chain(bucket, "eu-north-1", Key("first")).hours(8, 11)
    Chain(bucket, "us-east-1", Key("second")).hours(8, 11)
    status, _ = verify(bucket, keys=key_list(Key("first")) + "\n" + key_list(Key("second")))
    assert status == INTACT


def test_a_key_that_changes_in_mid_chain(verify):
    bucket, noon = Bucket(), DAY + datetime.timedelta(hours=12)
    old, new = Key("first", end=noon), Key("second", start=noon)
    chain = Chain(bucket, "eu-north-1", old).hours(8, 12)
    chain.key = new
    chain.hours(12, 15)
    status, report = verify(bucket, keys=key_list(old, new))
    assert status == INTACT
    assert counts(report, "digests") == {"valid": 7}


def test_logging_that_was_switched_off_is_no_tampering(verify):
    bucket = Bucket()
    chain = Chain(bucket, "eu-north-1", Key("first")).hours(8, 10)
    chain.hour(12, first=True)
    chain.hour(13)
    status, report = verify(bucket)
    assert status == INTACT
    assert remarks(report) == ["logging-off"]
    states = [each["state"] for each in report["coverage"][0]["ranges"]]
    assert states == ["logs", "off", "logs"]


def test_backfill_digests_are_a_chain_of_their_own(verify):
    bucket, north, _ = make()
    north.backfill(9, DAY + datetime.timedelta(hours=20))
    north.backfill(11, DAY + datetime.timedelta(hours=21))
    status, report = verify(bucket)
    assert status == INTACT
    assert counts(report, "digests") == {"valid": 14}
    assert counts(report, "log_files") == {"valid": 22}


def test_newer_log_files_wait_for_their_digest(verify):
    bucket, north, _ = make()
    north.log(DAY + datetime.timedelta(hours=14, minutes=30))
    status, report = verify(bucket)
    assert status == INTACT
    assert remarks(report) == ["not-yet-covered"]


def test_log_files_without_any_digest_are_told(verify):
    bucket, _, _ = make()
    Chain(bucket, "eu-west-1", None).log(DAY + datetime.timedelta(hours=9))
    status, report = verify(bucket)
    assert status == INTACT
    assert remarks(report) == ["never-covered"]
    assert counts(report, "log_files") == {"valid": 20, "uncovered": 1}


def test_what_came_before_may_be_elsewhere(verify):
    bucket, north, _ = make()
    del bucket.objects[north.digests[0]["key"]]
    for key in north.named(0):
        del bucket.objects[key]
    status, report = verify(bucket)
    assert status == INTACT
    assert remarks(report) == ["begins-earlier"]


# ------------------------------------------------------------------ tampering


def log_altered(bucket, north, east):
    key = north.named(1)[0]
    text = gzip.decompress(bucket.objects[key][0]).replace(b'"ada"', b'"eve"')
    bucket.objects[key] = (pack(text), {})
    return [("log-altered", key)]


def log_deleted(bucket, north, east):
    key = north.named(1)[1]
    del bucket.objects[key]
    return [("log-missing", key)]


def log_added(bucket, north, east):
    return [("log-added", north.log(DAY + datetime.timedelta(hours=11, minutes=33)))]


def log_added_under_a_strange_name(bucket, north, east):
    key = north.folder("CloudTrail", DAY) + "notes.json.gz"
    bucket.objects[key] = (pack(b'{"Records":[]}'), {})
    return [("log-added", key)]


def log_truncated(bucket, north, east):
    key = east.named(3)[0]
    bucket.objects[key] = (bucket.objects[key][0][:-40], {})
    return [("log-truncated", key)]


def log_damaged(bucket, north, east):
    key = east.named(3)[0]
    data = bytearray(bucket.objects[key][0])
    data[len(data) // 2] ^= 0x55
    bucket.objects[key] = (bytes(data), {})
    return [("log-damaged", key)]


def log_with_a_second_member(bucket, north, east):
    key = east.named(1)[0]
    bucket.objects[key] = (bucket.objects[key][0] + pack(b'{"Records":[]}'), {})
    return [("log-trailing-bytes", key)]


def log_with_trailing_bytes(bucket, north, east):
    key = east.named(1)[0]
    bucket.objects[key] = (bucket.objects[key][0] + b"\n", {})
    return [("log-trailing-bytes", key)]


def log_unpacked(bucket, north, east):
    key = east.named(2)[0]
    bucket.objects[key] = (gzip.decompress(bucket.objects[key][0]), {})
    return [("log-not-gzip", key)]


def log_emptied(bucket, north, east):
    key = east.named(2)[0]
    bucket.objects[key] = (b"", {})
    return [("log-not-gzip", key)]


def logs_swapped(bucket, north, east):
    one, two = north.named(0)[0], north.named(3)[1]
    objects = bucket.objects
    objects[one], objects[two] = objects[two], objects[one]
    return [("log-swapped", one), ("log-swapped", two)]


def log_renamed(bucket, north, east):
    key = north.named(3)[0]
    other = key[:-len("0.json.gz")] + "_.json.gz"
    bucket.move(key, other)
    return [("log-missing", key), ("log-added", other)]


def digest_altered(bucket, north, east):
    # The usual aim: a log file is deleted, and the digest made to forget it.
    gone = north.named(1)[0]
    del bucket.objects[gone]
    north.edit(1, logFiles=north.digests[1]["content"]["logFiles"][1:])
    return [("digest-altered", north.digests[1]["key"])]


def newest_digest_altered(bucket, north, east):
    north.edit(5, logFiles=[])
    return [("digest-signature-wrong", north.digests[5]["key"])]


def digest_deleted(bucket, north, east):
    key = north.digests[2]["key"]
    del bucket.objects[key]
    return [("digest-missing", key)]


def two_digests_deleted_in_a_row(bucket, north, east):
    older, newer = north.digests[2]["key"], north.digests[3]["key"]
    del bucket.objects[older], bucket.objects[newer]
    return [("digest-missing", newer), ("digest-gap", north.digests[4]["key"])]


def digest_renamed(bucket, north, east):
    key = north.digests[2]["key"]
    other = key.replace("T110131Z", "T110132Z")
    bucket.move(key, other)
    return [("digest-moved", other)]


def digest_moved_to_another_day(bucket, north, east):
    key = north.digests[2]["key"]
    other = key.replace("/2026/03/11/", "/2026/03/10/")
    bucket.move(key, other)
    return [("digest-moved", other)]


def digest_copied_to_another_hour(bucket, north, east):
    key = north.digests[3]["key"]
    bucket.objects[key] = bucket.objects[north.digests[2]["key"]]
    return [("digest-moved", key), ("digest-missing", key)]


def signature_altered(bucket, north, east):
    key = north.digests[2]["key"]
    data, metadata = bucket.objects[key]
    bucket.objects[key] = (data, {**metadata, "signature": metadata["signature"][::-1]})
    return [("digest-signature-altered", key)]


def signature_no_hexadecimal(bucket, north, east):
    key = north.digests[5]["key"]
    bucket.objects[key] = (bucket.objects[key][0], {"signature": "not hexadecimal"})
    return [("digest-signature-wrong", key)]


def digest_signed_by_somebody_else(bucket, north, east):
    content = {**north.digests[2]["content"], "logFiles": []}
    thief = Key("second")
    content["digestPublicKeyFingerprint"] = thief.fingerprint
    key = north.digests[2]["key"]
    north.put(content, key, thief)
    return [("digest-key-unknown", key)]


def newest_digest_signed_by_somebody_else_as_cloudtrail(bucket, north, east):
    north.put({**north.digests[5]["content"], "logFiles": []}, north.digests[5]["key"],
              Key("second"))
    return [("digest-signature-wrong", north.digests[5]["key"])]


def chain_of_hashes_broken(bucket, north, east):
    # Two genuine digests of one hour: only who holds CloudTrail's key can do this.
    north.sign_again(2, newestEventTime="2026-03-11T10:59:59Z")
    return [("chain-hash-broken", north.digests[2]["key"])]


def previous_hash_altered(bucket, north, east):
    north.edit(3, previousDigestHashValue="0" * 64)
    return [("digest-altered", north.digests[3]["key"])]


def previous_signature_altered(bucket, north, east):
    north.edit(3, previousDigestSignature=north.digests[0]["signature"])
    return [("digest-altered", north.digests[3]["key"])]


def previous_signature_altered_and_signed(bucket, north, east):
    north.sign_again(5, previousDigestSignature=north.digests[0]["signature"])
    return [("chain-signature-broken", north.digests[5]["key"])]


def digest_of_another_trail(bucket, north, east):
    other = Chain(Bucket(), "eu-north-1", Key("first"), trail="decoy").hours(8, 14)
    key = north.digests[2]["key"]
    bucket.objects[key] = other.bucket.objects[other.digests[2]["key"]]
    return [("digest-foreign", key)]


def digest_of_another_region(bucket, north, east):
    key = north.digests[2]["key"]
    bucket.objects[key] = bucket.objects[east.digests[2]["key"]]
    return [("digest-foreign", key)]


def begin_of_the_hour_altered(bucket, north, east):
    north.edit(4, digestStartTime=utc(DAY + datetime.timedelta(hours=12, minutes=40)))
    return [("digest-altered", north.digests[4]["key"])]


def begin_of_the_hour_altered_and_signed(bucket, north, east):
    north.sign_again(5, digestStartTime=utc(DAY + datetime.timedelta(hours=13, minutes=40)))
    return [("digest-gap", north.digests[5]["key"])]


def hours_overlap(bucket, north, east):
    north.sign_again(5, digestStartTime=utc(DAY + datetime.timedelta(hours=12, minutes=30)))
    return [("digest-overlap", north.digests[5]["key"])]


def end_of_the_hour_altered_and_signed(bucket, north, east):
    north.sign_again(5, digestEndTime=utc(DAY + datetime.timedelta(hours=14, minutes=31)))
    return [("digest-times-wrong", north.digests[5]["key"])]


NO_PREVIOUS = {f"previousDigest{name}": None
               for name in ("S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature")}


def starting_digest_to_hide_a_break(bucket, north, east):
    # Without CloudTrail's key: the digest before is deleted, and the link to it cut.
    del bucket.objects[north.digests[2]["key"]]
    north.edit(3, **NO_PREVIOUS)
    return [("digest-altered", north.digests[3]["key"]), ("digest-gap", north.digests[3]["key"])]


def starting_digest_without_a_pause(bucket, north, east):
    north.sign_again(5, **NO_PREVIOUS)
    return [("chain-restarted", north.digests[5]["key"])]


def digest_beside_the_chain(bucket, north, east):
    extra = north.digest_key(DAY + datetime.timedelta(hours=10, minutes=31))
    content = {**north.digests[2]["content"], "digestS3Object": extra, "logFiles": [],
               "digestEndTime": utc(DAY + datetime.timedelta(hours=10, minutes=31))}
    north.put(content, extra)
    return [("digest-unlinked", extra)]


def digest_cut_short(bucket, north, east):
    key = north.digests[2]["key"]
    bucket.objects[key] = (bucket.objects[key][0][:100], bucket.objects[key][1])
    return [("digest-damaged", key)]


def digest_with_trailing_bytes(bucket, north, east):
    key = north.digests[2]["key"]
    bucket.objects[key] = (bucket.objects[key][0] + b"{}", bucket.objects[key][1])
    return [("digest-damaged", key)]


def digest_that_is_no_json(bucket, north, east):
    key = north.digests[2]["key"]
    bucket.objects[key] = (pack(b'{"awsAccountId":'), bucket.objects[key][1])
    return [("digest-damaged", key)]


TAMPERING = [
    log_altered, log_deleted, log_added, log_added_under_a_strange_name, log_truncated,
    log_damaged, log_with_a_second_member, log_with_trailing_bytes, log_unpacked, log_emptied,
    logs_swapped, log_renamed, digest_altered, newest_digest_altered, digest_deleted,
    two_digests_deleted_in_a_row, digest_renamed, digest_moved_to_another_day,
    digest_copied_to_another_hour, signature_altered, signature_no_hexadecimal,
    digest_signed_by_somebody_else, newest_digest_signed_by_somebody_else_as_cloudtrail,
    chain_of_hashes_broken, previous_hash_altered, previous_signature_altered,
    previous_signature_altered_and_signed, digest_of_another_trail, digest_of_another_region,
    begin_of_the_hour_altered, begin_of_the_hour_altered_and_signed, hours_overlap,
    end_of_the_hour_altered_and_signed, starting_digest_to_hide_a_break,
    starting_digest_without_a_pause, digest_beside_the_chain, digest_cut_short,
    digest_with_trailing_bytes, digest_that_is_no_json,
]


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_tampering_is_named(verify, tamper):
    trail = make()
    wanted = tamper(*trail)
    status, report = verify(trail[0])
    assert (status, report["verdict"]) == (TAMPERED, "tampered")
    expect(report, *wanted)


# In a mirror without sidecars a digest's signature is carried by the next one.
@pytest.mark.parametrize("tamper", [log_altered, log_deleted, log_added, logs_swapped,
                                    digest_altered, digest_deleted, two_digests_deleted_in_a_row,
                                    digest_renamed, digest_of_another_trail,
                                    previous_hash_altered, digest_that_is_no_json],
                         ids=lambda tamper: tamper.__name__)
def test_tampering_is_named_without_sidecars(verify, tamper):
    trail = make()
    wanted = tamper(*trail)
    status, report = verify(trail[0], sidecars=False)
    assert status == TAMPERED
    expect(report, *wanted)


def rewrite_tail(chain, begin, previous_of):
    """Forges the digests from `begin` on, consistently but without the key."""
    for i in range(begin, len(chain.digests)):
        content = {**chain.digests[i]["content"], "logFiles": [],
                   **previous_of(chain.digests[i - 1], i)}
        chain.digests[i] = chain.put(content, chain.digests[i]["key"], Key("second"))


def test_a_forged_tail_without_sidecars(verify):
    """Whoever forges all newer digests of a mirror can make their hashes agree, not their
    signatures; nor can the signatures be left out, nor the links."""
    def linked(before, i):
        return {"previousDigestHashValue": before["hash"],
                "previousDigestSignature": before["signature"]}

    def unsigned(before, i):
        return {"previousDigestHashValue": before["hash"], "previousDigestSignature": None}

    def unlinked(before, i):
        start = DAY + datetime.timedelta(hours=8 + i, minutes=12)
        return {**NO_PREVIOUS, "digestStartTime": utc(start)}

    for previous_of, kind in ((linked, "chain-signature-broken"),
                              (unsigned, "chain-signature-broken"),
                              (unlinked, "chain-restart-unproven")):
        bucket, north, _ = make()
        rewrite_tail(north, 2, previous_of)
        status, report = verify(bucket, sidecars=False)
        assert status == TAMPERED
        assert kind in {each["kind"] for each in report["problems"]}


def test_expected_and_found_are_said(verify):
    bucket, north, east = make()
    log_altered(bucket, north, east)
    _, report = verify(bucket)
    problem = report["problems"][0]
    log = north.digests[1]["content"]["logFiles"][0]
    assert problem["file"] == log["s3Object"]
    assert problem["digest"] == north.digests[1]["key"]
    assert problem["expected"] == f"sha-256 {log['hashValue']}"
    assert problem["found"].startswith("sha-256 ") and problem["found"] != problem["expected"]
    assert (problem["account"], problem["region"]) == (ACCOUNT, "eu-north-1")


def test_a_swap_says_whose_bytes_they_are(verify):
    bucket, north, east = make()
    (_, one), (_, two) = logs_swapped(bucket, north, east)
    _, report = verify(bucket)
    assert {each["file"]: each["found"] for each in report["problems"]} == {
        one: f"the bytes of {two}", two: f"the bytes of {one}"}


def test_log_files_of_a_forged_digest_are_not_called_valid(verify):
    bucket, north, east = make()
    north.edit(1, logFiles=north.digests[1]["content"]["logFiles"][1:])
    _, report = verify(bucket)
    assert counts(report, "log_files") == {"valid": 18, "unproven": 2}


def test_a_digest_that_names_files_outside_of_the_mirror(verify, tmp_path):
    (tmp_path / "outside.json.gz").write_bytes(pack(b"{}"))
    bucket, north, _ = make()
    logs = [{"s3Bucket": bucket.name, "s3Object": key, "hashValue": "0" * 64}
            for key in (f"{north.root}../../../outside.json.gz", "/etc/passwd", "AWSLogs//x", "")]
    north.sign_again(5, logFiles=logs)
    status, report = verify(bucket)
    assert status == TAMPERED
    assert [each["kind"] for each in report["problems"]].count("log-missing") == 4


# ------------------------------------------------------------------ periods and coverage


def at(hour, minute=0):
    return utc(DAY + datetime.timedelta(hours=hour, minutes=minute))


def test_a_period_reads_only_its_digests(verify):
    bucket, north, east = make()
    log_altered(bucket, north, east)  # 09:01 to 10:01
    status, report = verify(bucket, "--since", at(11), "--until", at(13))
    assert status == INTACT
    assert counts(report, "digests") == {"valid": 6}
    assert remarks(report) == []
    status, report = verify(bucket, "--since", at(9, 30), "--until", at(9, 40))
    assert status == TAMPERED
    assert counts(report, "digests") == {"valid": 2}


def test_a_digest_deleted_at_a_periods_end_is_missed(verify):
    bucket, north, east = make()
    key = north.digests[2]["key"]  # 10:01 to 11:01
    del bucket.objects[key]
    for since, until in ((at(10, 30), at(13)), (at(8, 30), at(10, 50))):
        status, report = verify(bucket, "--since", since, "--until", until)
        assert status == TAMPERED
        expect(report, ("digest-missing", key))


def test_the_period_of_a_mirror_without_sidecars_is_proven_by_the_digest_after_it(verify):
    status, report = verify(make()[0], "--until", at(12), sidecars=False)
    assert status == INTACT
    assert set(counts(report, "digests")) == {"valid"}


def ranges(report, region):
    chain = next(each for each in report["coverage"] if each["region"] == region)
    return [(each["state"], each["from"][11:16], each["to"][11:16]) for each in chain["ranges"]]


def test_coverage(verify):
    bucket, north, east = make()
    log_deleted(bucket, north, east)
    del bucket.objects[east.digests[2]["key"]]
    for i in (4, 5):
        del bucket.objects[east.digests[i]["key"]]
    _, report = verify(bucket)
    assert ranges(report, "eu-north-1") == [
        ("logs", "08:01", "09:01"), ("damaged", "09:01", "10:01"), ("quiet", "10:01", "11:01"),
        ("logs", "11:01", "14:01")]
    assert ranges(report, "us-east-1") == [
        ("logs", "08:07", "10:07"), ("missing", "10:07", "11:07"), ("logs", "11:07", "12:07"),
        ("missing", "12:07", "14:01")]


# ------------------------------------------------------------------ the reports, wrong usage


def tampered_mirror(folder):
    bucket, north, east = make()
    log_altered(bucket, north, east)
    log_deleted(bucket, north, east)
    two_digests_deleted_in_a_row(bucket, north, east)
    newest_digest_altered(bucket, east, north)
    north.log(DAY + datetime.timedelta(hours=14, minutes=30))
    bucket.write_mirror(folder)


def test_the_reports(run, golden, tmp_path):
    tampered_mirror(tmp_path / "mirror")
    (tmp_path / "keys.json").write_text(key_list(Key("first")))
    text = run("verify", "mirror", "--public-keys", "keys.json")
    assert text.returncode == TAMPERED
    assert max(map(len, text.stdout.splitlines())) <= 80
    golden("verify_tampered.txt", text.stdout)
    structured = run("verify", "mirror", "--public-keys", "keys.json", "--format", "json")
    golden("verify_tampered.json", json.dumps(json.loads(structured.stdout), indent=1) + "\n")
    shutil.rmtree(tmp_path / "mirror")
    make()[0].write_mirror(tmp_path / "mirror", sidecars=False)
    whole = run("verify", "mirror", "--public-keys", "keys.json")
    assert whole.returncode == INTACT
    golden("verify_intact.txt", whole.stdout)


def test_any_number_of_threads_says_the_same(run, tmp_path):
    tampered_mirror(tmp_path / "mirror")
    (tmp_path / "keys.json").write_text(key_list(Key("first")))
    outputs = {run("verify", "mirror", "--public-keys", "keys.json", "--threads", threads).stdout
               for threads in (1, 2, 7)}
    assert len(outputs) == 1


def test_nothing_to_verify_is_a_failure(run, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "keys.json").write_text(key_list(Key("first")))
    result = run("verify", "empty", "--public-keys", "keys.json")
    assert result.returncode == FAILED
    assert "no digest files" in result.stderr
    missing = run("verify", "nowhere", "--public-keys", "keys.json")
    assert missing.returncode == FAILED
    assert "nowhere" in missing.stderr


def test_public_keys_that_are_none(run, tmp_path):
    (tmp_path / "mirror").mkdir()
    for text in ("", "{}", "[1]", '{"PublicKeyList":[{"Fingerprint":"x","Value":"AAAA"}]}'):
        (tmp_path / "keys.json").write_text(text)
        result = run("verify", "mirror", "--public-keys", "keys.json")
        assert result.returncode == USAGE, text
        assert "keys.json" in result.stderr


def test_a_file_that_cannot_be_read_is_a_failure(verify, run, tmp_path):
    bucket, north, _ = make()
    key = north.named(1)[0]
    verify(bucket)
    (tmp_path / "mirror" / key).unlink()
    (tmp_path / "mirror" / key).mkdir()
    result = run("verify", "mirror", "--public-keys", "keys.json", "--format", "json")
    assert result.returncode == FAILED
    assert problems(json.loads(result.stdout)) == [("log-unreadable", name(key))]
