#pragma once

namespace keepwatch::cli {

// Reads the command line and does what it asks. Returns the exit code of exit_code.h.
int dispatch(int argc, char** argv);

} // namespace keepwatch::cli
