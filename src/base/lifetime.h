// Marks a member function whose result points into the object: clang then warns of dangling views.
#pragma once

#if defined(__clang__)
#define TW_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define TW_LIFETIMEBOUND
#endif
