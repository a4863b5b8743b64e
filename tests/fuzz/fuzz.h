/* fuzz.h -- What every target of tests/fuzz is: something that takes any bytes. libFuzzer calls it
 * in `script/fuzz`; run.c calls it with the files of its corpus in the tests. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** Does with the bytes what the target is for, and ends the process if anything is not as it should
 * be. Leaves nothing behind, so that one input is as good as the first.
 * @return 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
