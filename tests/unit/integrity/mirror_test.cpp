#include "integrity/mirror.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "../folder.h"

namespace trailwarden::integrity {
namespace {

TEST(Mirror, SidecarsAreWhatHeadObjectPrintsOrItsMetadata) {
  for (const char* text :
       {R"({"ETag":"x","Metadata":{"signature":"5e","Signature-Algorithm":"a"}})",
        R"({"signature":"5e","signature-algorithm":"a"})"}) {
    const auto metadata = parse_sidecar(text);
    ASSERT_TRUE(metadata) << text;
    EXPECT_EQ(metadata->at("signature"), "5e");
    EXPECT_EQ(metadata->at("signature-algorithm"), "a");
  }
  for (const char* text : {"", "[]", "{", R"({"Metadata":1})"}) {
    EXPECT_FALSE(parse_sidecar(text)) << text;
  }
}

TEST(Mirror, NothingOutsideIsOpened) {
  const Folder folder;
  folder.write("secret", "x");
  folder.write("mirror/a/b", "y");
  const auto mirror = Mirror::open(folder.path() + "/mirror");
  ASSERT_TRUE(mirror);
  for (const char* key :
       {"../secret", "a/../../secret", "a/./b", "a//b", "/a/b", "a/b/", "", "..", "a/nothing"}) {
    const auto object = (*mirror)->get(key, Want::Bytes, {});
    ASSERT_TRUE(object) << key;
    EXPECT_FALSE(*object) << key;
  }
  EXPECT_TRUE(*(*mirror)->get("a/b", Want::Bytes, {}));
}

TEST(Mirror, APipeIsNoFile) {
  const Folder folder;
  folder.write("a/b", "y");
  ASSERT_EQ(::mkfifo((folder.path() + "/a/pipe").c_str(), 0600), 0);
  const auto mirror = Mirror::open(folder.path());
  EXPECT_FALSE((*mirror)->get("a/pipe", Want::Bytes, {}));
}

TEST(Mirror, FoldersAndFiles) {
  const Folder folder;
  for (const char* name : {"b/2", "a/1", ".hidden/3", "top"}) folder.write(name, "");
  const auto mirror = Mirror::open(folder.path());
  EXPECT_EQ(*(*mirror)->folders(""), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE((*mirror)->folders("nowhere/")->empty());
  std::vector<std::string> files;
  ASSERT_TRUE((*mirror)->files("a/", [&](std::string key) { files.push_back(std::move(key)); }));
  EXPECT_EQ(files, std::vector<std::string>{"a/1"});
}

TEST(Mirror, OnlyFoldersAreMirrors) {
  const Folder folder;
  const std::string file = folder.write("file", "x");
  EXPECT_FALSE(Mirror::open(file));
  EXPECT_FALSE(Mirror::open(file + "nowhere"));
}

}  // namespace
}  // namespace trailwarden::integrity
