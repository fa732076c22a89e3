#include "cli/command_line.h"

int main(int argc, char** argv) {
    return keepwatch::cli::dispatch(argc, argv);
}
