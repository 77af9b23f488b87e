#include "inference/choose_engine.h"

#include <gtest/gtest.h>

namespace trailwarden::inference {
namespace {

std::string chosen(EngineChoice choice, const EngineOffer& offer) {
  const auto engine = choose_engine(choice, offer);
  if (!engine) return "error: " + engine.error().message;
  EXPECT_FALSE(engine->why.empty());
  return engine->is_batch ? "batch" : "direct: " + engine->why;
}

constexpr model::Price kHalf{.input = 1, .output = 5};
constexpr model::Price kNoCheaper{.input = 1, .output = 5, .batch = 1};

TEST(ChooseEngine, TheCheaperThatTheNumberAllows) {
  const auto cheaper = EngineChoice::Cheaper;
  EXPECT_EQ(chosen(cheaper, {.tasks = 100, .records_min = 100, .price = kHalf}), "batch");
  EXPECT_EQ(chosen(cheaper, {.tasks = 99, .records_min = 100, .price = kHalf}),
            "direct: 99 prompts are fewer than a job's 100");
  EXPECT_EQ(chosen(cheaper, {.tasks = 900, .records_min = 100, .price = kNoCheaper}),
            "direct: a batch job costs no less");
  EXPECT_EQ(chosen(cheaper, {.tasks = 900, .records_min = 100}), "batch");
  EXPECT_EQ(chosen(cheaper, {.tasks = 900, .price = kHalf}),
            "direct: there are no batch jobs here");
}

TEST(ChooseEngine, Forced) {
  EXPECT_EQ(chosen(EngineChoice::Direct, {.tasks = 900, .records_min = 100, .price = kHalf}),
            "direct: it was asked for");
  EXPECT_EQ(chosen(EngineChoice::Batch, {.tasks = 900, .records_min = 100, .price = kNoCheaper}),
            "batch");
  EXPECT_EQ(chosen(EngineChoice::Batch, {.tasks = 9, .records_min = 100}),
            "error: 9 prompts are fewer than a job's 100");
  EXPECT_TRUE(chosen(EngineChoice::Batch, {.tasks = 900}).starts_with("error: there are no batch"));
}

}  // namespace
}  // namespace trailwarden::inference
