"""digest: the page about the bundled day, without a model."""

import html.parser
import json
import re

from conftest import DAY, ROOT, record


def test_text(run, golden):
    result = run("digest", "examples/day", cwd=ROOT)
    assert result.returncode == 0, result.stderr
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    golden("digest.txt", result.stdout)


def test_by_user_names_the_actors_that_matter(run, golden):
    result = run("digest", "examples/day", "--by", "user", cwd=ROOT)
    groups = result.stdout.split("\nBy user\n")[1]
    assert groups.index("user/jenkins-deploy") < groups.index("user/svc-metrics-agent")
    assert groups.index("user/svc-metrics-agent") < groups.index("role/thumbnails-role")
    golden("digest_by_user.txt", result.stdout)


def test_markdown(run, golden):
    golden("digest.md", run("digest", "examples/day", "--format", "markdown", cwd=ROOT).stdout)


def test_html_is_one_document_that_loads_nothing(run, golden):
    page = run("digest", "examples/day", "--format", "html", cwd=ROOT).stdout
    golden("digest.html", page)
    opened = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag not in ("script", "img", "link", "iframe", "a", "style")
            assert not any(name in ("src", "href") for name, _ in attributes)
            if tag != "meta":
                opened.append(tag)

        def handle_endtag(self, tag):
            if tag != "br":
                while opened and opened[-1] == "br":
                    opened.pop()
                assert opened.pop() == tag

    Reader().feed(page)
    assert opened == []


def test_the_same_for_any_number_of_threads(run):
    assert run("digest", DAY, "--threads", "1").stdout == run("digest", DAY, "--threads", "3").stdout


def test_the_latest_events_and_all_that_is_dangerous(run):
    page = run("digest", DAY, "--max-events", "10").stdout
    kept = int(re.search(r"summed up here ([\d,]+),", page.replace("\n", " ")).group(1))
    dangerous_and_uncertain = 35 + 2
    assert kept == 10 + dangerous_and_uncertain
    assert "jenkins-deploy" in page


def test_services_are_counted_not_told(run):
    page = run("digest", DAY, "--with-services").stdout.replace("\n", " ")
    assert "calls of AWS services 0," in page
    without = run("digest", DAY).stdout.replace("\n", " ")
    assert int(re.search(r"calls of AWS services ([\d,]+),", without).group(1).replace(",", "")) > 50


def test_hostile_names_stay_text_in_every_format(run, tmp_path):
    name = "eve</h1><script>alert(1)</script>[x](http://evil.example)\x1b[31m|<!channel>"
    identity = {"type": "IAMUser", "userName": name, "accountId": "111122223333",
                "arn": f"arn:aws:iam::111122223333:user/{name}"}
    events = [record(f"00000000-0000-4000-8000-{i:012}", userIdentity=identity,
                     eventName=f"Get<b>{i % 3}", userAgent=name) for i in range(30)]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"Records": events}))
    page = run("digest", path, "--by", "user", "--format", "html").stdout
    assert "<script" not in page and "<b>0" not in page and "alert(1)" in page
    markdown = run("digest", path, "--by", "user", "--format", "markdown").stdout
    assert "<script" not in markdown and "](http" not in markdown
    text = run("digest", path, "--by", "user").stdout
    assert "\x1b" not in text


def test_of_an_intruder_nothing_is_routine(run, tmp_path):
    def event(number, user, **fields):
        identity = {"type": "IAMUser", "userName": user, "accountId": "111122223333",
                    "arn": f"arn:aws:iam::111122223333:user/{user}"}
        return record(f"00000000-0000-4000-8000-{number:012}", userIdentity=identity, **fields)

    trail = {"eventSource": "cloudtrail.amazonaws.com", "readOnly": False}
    events = [event(n, "eve", **trail, eventName="StopLogging",
                    requestParameters={"name": f"trail-{n}"}) for n in range(5)]
    events += [event(100 + n, "eve") for n in range(50)] + [event(200 + n, "ann") for n in range(7)]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"Records": events}))
    page = " ".join(run("digest", path).stdout.split())
    assert "[dangerous] user eve: 55 events (5 dangerous)" in page
    # Each dangerous event is a line of its own; here they are one kind of call.
    assert "most often DescribeRegions (ec2) 50× and StopLogging (cloudtrail) 5×." in page
    routine = page.split("What is routine")[1].split("What to do")[0]
    assert "user ann: DescribeRegions (ec2) 7×." in routine
    assert "eve" not in routine


def test_changes_are_told_from_the_store(run, tmp_path):
    def log(users):
        path = tmp_path / "log.json"
        path.write_text(json.dumps({"Records": [
            record(f"00000000-0000-4000-8000-{n:012}", userIdentity={
                "type": "IAMUser", "userName": user, "accountId": "111122223333",
                "arn": f"arn:aws:iam::111122223333:user/{user}"})
            for n, user in enumerate(users)]}))
        return path

    def changes(page):
        return " ".join(page.split("Changes since the last digest\n")[1].split("What is routine")[0]
                        .split("\n")[1:])

    store = tmp_path / "trailwarden.db"
    first = run("digest", log(["ann"] * 200 + ["bob"]), "--store", store)
    assert first.returncode == 0, first.stderr
    assert "No digest before this one" in changes(first.stdout)
    second = run("digest", log(["bob", "zoe"]), "--store", store)
    told = changes(second.stdout)
    assert "New principal: user zoe." in told
    assert "No longer heard of principal: user ann." in told
    assert "bob" not in told
    same = run("digest", log(["bob", "zoe"]), "--store", store)
    assert "Nothing new since the last digest" in changes(same.stdout)


def test_what_is_kept_for_the_next_digest_is_checked(run, tmp_path):
    store = tmp_path / "trailwarden.db"
    (tmp_path / "log.json").write_text(json.dumps(record()))
    assert run("digest", "log.json", "--store", store).returncode == 0
    store.write_bytes(b"not a store at all" * 100)
    result = run("digest", "log.json", "--store", store)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1 and str(store) in result.stderr


def test_estimate_without_a_model(run):
    result = run("digest", DAY, "--estimate")
    assert result.returncode == 0
    assert re.fullmatch(r"[\d,]+ events in [\d,]+ lines: no model asked\n", result.stdout)


def test_wrong_usage(run):
    assert run("digest").returncode == 2
    assert run("digest", DAY, "--by", "colour").returncode == 2
    assert run("digest", DAY, "--analyst", "anthropic").returncode == 2
    assert run("digest", "nowhere").returncode == 1
