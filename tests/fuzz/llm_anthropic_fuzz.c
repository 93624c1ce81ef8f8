/* Answers of messages: see llm_reply.h. */
#include "llm_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    fuzz_reply(&llm_anthropic, data, n);
    return 0;
}
