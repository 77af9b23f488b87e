// Carries the precompiled header of the rooms.
