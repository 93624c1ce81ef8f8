#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>

#include "idle.h"

static void limit_is_checked(void **state)
{
    (void)state;
    assert_int_equal(idle_level(10, 0), -EINVAL);
}

static void dims_after_the_limit(void **state)
{
    (void)state;
    assert_int_equal(idle_level(301, 300), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(limit_is_checked), cmocka_unit_test(dims_after_the_limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
