#include "analyst/names.h"

#include "analyst/evidence.h"
#include "made_up_case.h"

namespace trailwarden::analyst {
namespace {

// Every name of the case that could tell whose it is.
constexpr const char* kOriginals[] = {
    "111122223333",         "mallory.q",      "203.0.113.9", "admin.one",
    "AKIAIOSFODNN7EXAMPLE", "prod/orders/db", "orders",
};

TEST(Names, NothingOfTheCaseLeaves) {
  const triage::Case found = a_doubtful_case();
  Names names(found, 7);
  const std::string json = evidence_of(found, Redaction::On, names).json;
  for (const char* original : kOriginals) {
    EXPECT_EQ(json.find(original), std::string::npos) << original << " in " << json;
  }
  Names others(found, 7);
  const std::string open = evidence_of(found, Redaction::Off, others).json;
  for (const char* original : kOriginals) {
    EXPECT_NE(open.find(original), std::string::npos) << original << " is there to be hidden";
  }
}

TEST(Names, WhatACutWentThroughIsNotShown) {
  triage::Case found = a_doubtful_case();
  found.findings[0].finding.why =
      "PutUserPolicy by somebody; requestParameters.policyDocument = "
      "{\"Resource\":\"arn:aws:iam::44445555…, requestParameters.userName = half.na….";
  Names names(found, 7);
  const std::string json = evidence_of(found, Redaction::On, names).json;
  EXPECT_EQ(json.find("44445555"), std::string::npos) << json;
  EXPECT_EQ(json.find("half.na"), std::string::npos) << json;
  EXPECT_NE(json.find("policyDocument"), std::string::npos) << json;
}

TEST(Names, WhatIsHiddenComesBack) {
  Names names(a_doubtful_case(), 7);
  for (const std::string text :
       {"arn:aws:iam::111122223333:user/ops/mallory.q made AKIAIOSFODNN7EXAMPLE for admin.one.",
        "from 203.0.113.9, 2001:db8::7 and 198.51.100.4:443", "mail eva.l@corp.example now",
        "no names at all", "name-zzzzzzzz is no pseudonym-12345678", "",
        "arn:aws:s3:::my-bucket/a/key.txt and 999988887777"}) {
    const std::string hidden = names.hide(text);
    EXPECT_EQ(names.show(hidden), text);
  }
  const std::string hidden = names.hide(
      "2001:db8::7 198.51.100.4 eva.l@corp.example 999988887777 ASIAZZZZZZZZZZZZZZZZ "
      "arn:aws:s3:::my-bucket/a/key.txt");
  for (const char* original : {"2001:db8", "198.51", "eva.l", "9999", "ASIAZ", "my-bucket"}) {
    EXPECT_EQ(hidden.find(original), std::string::npos) << original << " in " << hidden;
  }
}

TEST(Names, PseudonymsAreStableWithinARunAndDifferBetweenRuns) {
  const triage::Case found = a_doubtful_case();
  Names one(found, 7), same(found, 7), other(found, 8);
  EXPECT_EQ(one.hide("admin.one"), same.hide("admin.one"));
  EXPECT_NE(one.hide("admin.one"), other.hide("admin.one"));
  EXPECT_TRUE(one.hide("111122223333").starts_with("account-"));
  EXPECT_TRUE(one.hide("203.0.113.9").starts_with("address-"));
}

TEST(Names, OnlyWholeWords) {
  triage::Case found = a_doubtful_case();
  found.actions[0].targets.entries = {{"a", 1}};
  Names names(found, 7);
  EXPECT_EQ(names.show(names.hide("a cat and A banana")), "a cat and A banana");
  EXPECT_NE(names.hide("a cat"), "a cat");
  EXPECT_NE(names.hide("a cat and a bat").find("cat and "), std::string::npos);
}

TEST(Names, AwsOwnWordsStay) {
  triage::Case found = a_doubtful_case();
  found.principal = "ec2.amazonaws.com";
  Names names(found, 7);
  for (const std::string text : {"ec2.amazonaws.com", "arn:aws:iam::aws:policy/AdministratorAccess",
                                 "root", "aws-cli/2.17.9", "T1098.001", "12:45:40"}) {
    EXPECT_EQ(names.hide(text), text);
  }
}

TEST(Names, AnAnswerIsKeptWithoutNamesAndReadWithOthers) {
  const Names mallory(a_doubtful_case("mallory.q"), 7);
  const Names trudy(a_doubtful_case("trudy.w", "198.51.100.77"), 7);
  const std::string kept =
      mallory.to_template("mallory.q from 203.0.113.9 made a key for admin.one.");
  EXPECT_EQ(kept.find("mallory"), std::string::npos);
  EXPECT_EQ(kept.find("203"), std::string::npos);
  EXPECT_EQ(trudy.from_template(kept), "trudy.w from 198.51.100.77 made a key for admin.one.");
  for (const char* bad : {"\x01",
                          "\x01"
                          "d999\x02",
                          "\x01"
                          "a3\x02",
                          "\x01zz\x02",
                          "\x01"
                          "d\x02"}) {
    EXPECT_FALSE(trudy.from_template(bad)) << "no such name";
  }
}

}  // namespace
}  // namespace trailwarden::analyst
