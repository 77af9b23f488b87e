#include "sigma/attack_tag.h"

#include <gtest/gtest.h>

namespace trailwarden::sigma {
namespace {

TEST(AttackTag, TechniquesAndTactics) {
  EXPECT_EQ(read_attack_tag("attack.t1098").technique, "T1098");
  EXPECT_EQ(read_attack_tag("attack.t1098.001").technique, "T1098.001");
  EXPECT_EQ(read_attack_tag("attack.privilege-escalation").tactic, "privilege-escalation");
  EXPECT_EQ(read_attack_tag("attack.privilege_escalation").tactic, "privilege-escalation");
  EXPECT_EQ(read_attack_tag("attack.stealth").tactic, "stealth");
}

TEST(AttackTag, OthersGiveNothing) {
  for (const char* tag : {"attack.g0016", "attack.s0154", "attack.ta0003", "attack.ds0028",
                          "cve.2021-44228", "detection.threat-hunting", "tlp.amber"}) {
    const AttackTag read = read_attack_tag(tag);
    EXPECT_EQ(read.technique + read.tactic + read.problem, "") << tag;
  }
}

TEST(AttackTag, Misspelt) {
  EXPECT_EQ(read_attack_tag("attack.persistance").problem,
            "ATT&CK has no tactic or technique 'persistance', try 'persistence'");
  EXPECT_EQ(read_attack_tag("attack.t109").problem, "ATT&CK has no tactic or technique 't109'");
  EXPECT_EQ(read_attack_tag("attack.t1098.1").problem,
            "ATT&CK has no tactic or technique 't1098.1'");
  EXPECT_EQ(read_attack_tag("attack.").problem, "ATT&CK has no tactic or technique ''");
}

}  // namespace
}  // namespace trailwarden::sigma
