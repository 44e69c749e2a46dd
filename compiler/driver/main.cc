#include <cstdio>

#include "compiler/driver/command.h"

int main(int argc, char** argv) {
  wend::Console console(stdout, stderr);
  return wend::run_command_line(argc, argv, console);
}
