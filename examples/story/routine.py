"""The ordinary part of the day: services, workloads, scanner, backups, people at their desks."""

from corpus import user_agents
from corpus.templates import Weighted, load_apis

from . import company, sessions
from .day import MIDNIGHT, at

DAY_S = 86400
# What people only look at: these never change anything. Changes are in changes.py, by hand.
LOOKS = ("Describe", "List", "Get", "Filter", "StartQuery", "Search")
NOT_LOOKS = {"GetSecretValue", "ListUsers", "ListAccountRoles", "GetCredentialReport"}
SERVICE_RECORDS = 1150
REGION_WEIGHTS = {"eu-north-1": 6, "us-east-1": 3, "eu-west-1": 1.2, "eu-central-1": 0.7,
                  "us-west-2": 0.4}


def tell(day):
    apis = load_apis()
    aws_services(day.scene("services"), apis)
    config_sweeps(day.scene("config"), apis)
    for workload in company.WORKLOADS:
        workload_day(day.scene(workload.name), workload, apis)
    scans(day.scene("scanner"), apis)
    for who in company.PEOPLE:
        person_day(day.scene(who.name), who, apis)
    legacy_users(day.scene("legacy"), apis)


def named(apis, actor, names):
    """The APIs of a class of actors by name."""
    return {api.name: api for api in apis if api.actor == actor and api.name in names}


def spread(ids, count, begin, end):
    return sorted(begin + int(ids.random() * (end - begin)) for _ in range(count))


def aws_services(scene, apis):
    """Log delivery, data keys, health checks. Role sessions have their AssumeRole elsewhere."""
    own = Weighted([(a, a.weight) for a in apis
                    if a.actor.startswith("svc:")
                    and a.name not in ("AssumeRole", "CreateSnapshot")])
    regions = Weighted(REGION_WEIGHTS.items())
    for now in spread(scene.ids, SERVICE_RECORDS, MIDNIGHT, MIDNIGHT + DAY_S):
        api = own.draw(scene.ids)
        service = sessions.service(api.actor.removeprefix("svc:") + ".amazonaws.com")
        scene.routine(service, now, api, region=regions.draw(scene.ids))
    backup = next(a for a in apis if a.actor == "svc:backup")
    for volume in range(6):
        scene.routine(sessions.service("backup.amazonaws.com"), at("03:00") + 7 * volume, backup)


def config_sweeps(scene, apis):
    """AWS Config lists everything twice a day: many reads in a minute, and no attack."""
    names = ("DescribeVpcs", "DescribeSecurityGroups", "DescribeSubnets", "DescribeRouteTables",
             "GetRole", "ListAttachedRolePolicies", "GetPolicyVersion", "GetBucketPolicy",
             "GetBucketTagging", "DescribeKey", "DescribeLoadBalancers")
    sweep = list(named(apis, "ci", names).values())
    for clock in ("02:10", "14:10"):
        for region in company.REGIONS:
            now = at(clock) + 40 * company.REGIONS.index(region)
            session = sessions.service_role(
                scene, "AWSServiceRoleForConfig", "AWSConfig-Describe", "config.amazonaws.com", now)
            for _ in range(26):
                api = scene.ids.pick(sweep)
                now += int(scene.ids.random() * 3)
                scene.routine(session, now, api, region=region)


def workload_day(scene, who, apis):
    own = named(apis, "wl", who.apis)
    calls = Weighted([(own[name], weight) for name, weight in who.apis.items()])
    until, session = 0, None
    for now in spread(scene.ids, who.calls, MIDNIGHT + 60, MIDNIGHT + DAY_S):
        if now >= until:
            session = sessions.workload(scene, who, now - 1)
            until = now + (6 if who.kind == "ec2" else 2) * 3600
        api = calls.draw(scene.ids)
        fails = api.has_own_errors and scene.ids.random() < 0.03  # A missing object, a throttle.
        scene.routine(session, now, api, region=who.region, fails=fails)


def scans(scene, apis):
    """A vendor's posture scanner: reads settings, is denied some of them, four times a day."""
    unread = ("AssumeRole", "DescribeInstanceAttribute")  # Start-up scripts are not for vendors.
    own = Weighted([(a, a.weight) for a in apis if a.actor == "sc" and a.name not in unread])
    for hour in (1, 7, 13, 19):
        now = MIDNIGHT + hour * 3600 + 300
        session = sessions.scanner(scene, now, scene.ids.pick(company.SCANNER))
        for _ in range(58):
            now += 1 + int(scene.ids.random() * 6)
            api = own.draw(scene.ids)
            region = scene.ids.pick(company.REGIONS)
            fails = api.has_own_errors and scene.ids.random() < 0.15
            scene.routine(session, now, api, region=region, fails=fails)


def person_day(scene, who, apis):
    """Signs in through the portal, looks around in the console, comes back after lunch."""
    looks = Weighted([(a, a.weight) for a in apis
                      if a.actor == "hu" and a.service in who.services.split()
                      and a.name.startswith(LOOKS) and a.name not in NOT_LOOKS])
    browser = user_agents.BROWSER[len(who.name) % 3]
    from_home = scene.ids.random() < 0.3
    address = who.home if from_home else scene.ids.pick(company.OFFICE)
    begin, end = at(who.begins), at(who.ends)
    noon = begin + (end - begin) * 55 // 100
    for first, last, calls in ((begin, noon - 2400, who.calls * 3 // 5),
                               (noon, end, who.calls * 2 // 5)):
        signs_in = first + int(scene.ids.random() * 400)
        session = sessions.person(scene, who, signs_in, address, browser)
        for now in spread(scene.ids, calls, first + 420, last):
            api = looks.draw(scene.ids)
            fails = api.has_own_errors and scene.ids.random() < 0.06
            scene.routine(session, now, api, fails=fails)


def legacy_users(scene, apis):
    """Two of the three users with long-term keys; the third, karin.ek, is in changes.py."""
    builds = named(apis, "ci", ("InitiateLayerUpload", "PutImage", "RegisterTaskDefinition",
                                "UpdateService", "DescribeServices"))
    docker_and_cli = (user_agents.CI[3], user_agents.CI[1])
    for clock in ("07:32", "08:54", "09:41", "10:37", "11:26", "13:52", "14:44", "15:31"):
        now = at(clock)
        for name, api in builds.items():
            for _ in range(3 if name in ("InitiateLayerUpload", "DescribeServices") else 1):
                now += 2 + int(scene.ids.random() * 9)
                agent = docker_and_cli[api.service == "ecs"]
                session = sessions.legacy_user("jenkins-deploy", company.BUILD_SERVER, agent)
                scene.routine(session, now, api)
    archive = named(apis, "wl", ("PutObject", "ListObjects"))
    session = sessions.legacy_user("backup-agent", company.OFFICE[0], user_agents.WORKLOAD[0])
    now = at("00:30")
    for _ in range(64):
        now += 5 + int(scene.ids.random() * 30)
        name = "PutObject" if scene.ids.random() < 0.85 else "ListObjects"
        scene.routine(session, now, archive[name], region="eu-west-1")
