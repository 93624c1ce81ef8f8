/* Runs one Check suite and returns the exit code. Every unit test ends with: UNIT_MAIN("name", { test_a, test_b }) */
#ifndef TESTS_CHECK_MAIN_H
#define TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNIT_SECONDS 280 /* for one test; what runs here is many times slower */
#define UNIT_SHARE 4     /* so a fourth of what long tests go through */
#else
#define UNIT_SHARE 1
#define UNIT_SECONDS 120
#endif

static int unit_main(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;
    tcase_set_timeout(tc, UNIT_SECONDS);
    for (size_t i = 0; i < n; i++) tcase_add_test(tc, tests[i]);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define UNIT_MAIN(name, ...) \
    int main(void) \
    { \
        const TTest *const tests[] = __VA_ARGS__; \
        return unit_main(name, tests, sizeof tests / sizeof tests[0]); \
    }

#endif
