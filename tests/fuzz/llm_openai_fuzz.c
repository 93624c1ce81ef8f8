/* Answers of chat completions: see llm_reply.h. */
#include "llm_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    fuzz_reply(&llm_openai, data, n);
    return 0;
}
