/* New test files in the repository's framework: a test for each requirement. An endpoint with a status is called; what
 * nobody can write before the code fails by itself and says which requirement it is for. */
#include "planner/offline/phases/frames.h"

#include <string.h>
#include "planner/offline/scene/facts.h"

struct test_frame {
    const char *ext, *mark; /* mark: in a test of the repository; NULL: any */
    const char *text;       /* {tests} {package} {Type} {Topic} {folder} */
    const char *open;       /* a requirement without an answer to compare: {test} {id} {rule} */
    const char *call;       /* an endpoint and its status: {method} {path} {status} too; NULL: as open */
    const char *call_mark;  /* needed in a test of the repository for `call`; NULL: nothing */
};
static const struct test_frame rows[] = {
    {"py", "unittest", "import unittest\n\n\nclass {Pascal}(unittest.TestCase):\n{tests}",
     "    def {test}(self):\n        \"\"\"{rule}.\"\"\"\n        self.fail(\"{id} is not met\")\n\n", NULL, NULL},
    {"py", NULL, "{import}{tests}",
     "\n\ndef {test}():\n    \"\"\"{rule}.\"\"\"\n    pytest.fail(\"{id} is not met\")\n",
     "\n\ndef {test}(client):\n    \"\"\"{rule}.\"\"\"\n    assert client.{method}(\"{path}\").status_code == "
     "{status}\n",
     "(client"},
    {"js", "vitest", "import { test } from 'vitest';\n\n{tests}", "test.todo('{id}: {rule}');\n", NULL, NULL},
    {"js", "node:test", "import { test } from 'node:test';\n\n{tests}", "test.todo('{id}: {rule}');\n", NULL, NULL},
    {"js", NULL, "{tests}", "test.todo('{id}: {rule}');\n", NULL, NULL},
    {"ts", "vitest", "import { test } from 'vitest';\n\n{tests}", "test.todo('{id}: {rule}');\n", NULL, NULL},
    {"ts", NULL, "{tests}", "test.todo('{id}: {rule}');\n", NULL, NULL},
    {"go", NULL, "package {folder}\n\nimport \"testing\"\n{tests}",
     "\n// {rule}.\nfunc {test}(t *testing.T) {\n\tt.Fatal(\"{id} is not met\")\n}\n", NULL, NULL},
    {"rs", NULL, "{tests}", "/// {rule}.\n#[test]\nfn {test}() {\n    panic!(\"{id} is not met\");\n}\n\n", NULL, NULL},
    {"java", "@WebMvcTest",
     "package {package};\n\nimport static org.junit.jupiter.api.Assertions.fail;\nimport static "
     "org.springframework.test.web.servlet.request.MockMvcRequestBuilders.*;\nimport static "
     "org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;\n\nimport "
     "org.junit.jupiter.api.Test;\nimport org.springframework.beans.factory.annotation.Autowired;\nimport "
     "org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;\nimport "
     "org.springframework.test.web.servlet.MockMvc;\n\n@WebMvcTest({Tested}.class)\nclass {Type} {\n    @Autowired\n   "
     " "
     "private MockMvc mvc;\n{tests}}\n",
     "\n    /** {rule}. */\n    @Test\n    void {test}() {\n        fail(\"{id} is not met\");\n    }\n",
     "\n    /** {rule}. */\n    @Test\n    void {test}() throws Exception {\n        "
     "mvc.perform({method}(\"{path}\")).andExpect(status().is({status}));\n    }\n",
     "Controller"},
    {"java", NULL,
     "package {package};\n\nimport static org.junit.jupiter.api.Assertions.fail;\n\nimport "
     "org.junit.jupiter.api.Test;\n\nclass {Type} {\n{tests}}\n",
     "    /** {rule}. */\n    @Test\n    void {test}() {\n        fail(\"{id} is not met\");\n    }\n\n", NULL, NULL},
    {"rb", "rails_helper", "require \"rails_helper\"\n\nRSpec.describe \"{Topic}\" do\n{tests}end\n",
     "  it \"{id}: {rule}\"\n",
     "  it \"{id}: {rule}\" do\n    {method} \"{path}\"\n    expect(response).to have_http_status({status})\n  end\n",
     NULL},
    {"rb", NULL, "RSpec.describe \"{Topic}\" do\n{tests}end\n", "  it \"{id}: {rule}\"\n", NULL, NULL},
    {"php", NULL,
     "<?php\n\nnamespace {namespace};\n\nuse Tests\\TestCase;\n\nclass {Type} extends TestCase\n{\n{tests}}\n",
     "    /** {rule}. */\n    public function {test}(): void\n    {\n        $this->fail('{id} is not met');\n    "
     "}\n\n",
     NULL, NULL},
};
enum { MAX_TESTS = 8 };

/* The status a requirement names: "answers 204". */
static const char *status_of(const struct scene *s, const char *text)
{
    for (const char *p = text; *p; p++) {
        bool three = p[0] >= '1' && p[0] <= '5' && p[1] >= '0' && p[1] <= '9' && p[2] >= '0' && p[2] <= '9';
        bool alone = (p == text || p[-1] == ' ') && (p[3] == '\0' || strchr(" ,.;)", p[3]));
        if (three && alone &&
            prose_has_any(text, (const char *const[]){"answer*", "status", "return*", "respond*", NULL}))
            return arena_dup_n(s->a, p, 3);
    }
    return NULL;
}

/* All tests of the language hold the mark somewhere. */
static bool tests_hold(const struct scene *s, size_t codebase, const char *ext, const char *mark)
{
    const struct facts *f = facts_of(s);
    for (size_t i = 0; mark && i < f->files.n; i++)
        if (f->files.v[i].codebase == codebase && f->files.v[i].test && f->files.v[i].content &&
            strcmp(file_ext(f->files.v[i].path), ext) == 0 && strstr(f->files.v[i].content, mark))
            return true;
    return mark == NULL;
}

/* Without pytest anywhere, the framework that comes with the language. */
static bool without_pytest(const struct scene *s, size_t codebase)
{
    const struct survey *sv = scene_survey(s, codebase);
    for (size_t i = 0; sv && i < sv->dependencies.n; i++)
        if (prose_has_word(sv->dependencies.v[i].name, "pytest*")) return false;
    for (size_t i = 0; sv && i < sv->commands.n; i++)
        if (strstr(sv->commands.v[i].name, "pytest")) return false;
    return sv && !s->empty && !tests_hold(s, codebase, "py", "pytest");
}

static bool row_fits(const struct scene *s, const struct test_frame *r, const struct work *w, const char *path)
{
    if (strcmp(r->ext, "py") == 0 && r->mark && strcmp(file_ext(path), "py") == 0)
        return without_pytest(s, w->codebase);
    if (strcmp(r->ext, file_ext(path)) != 0 || !tests_hold(s, w->codebase, r->ext, r->mark)) return false;
    return strcmp(r->ext, "java") != 0 || !r->call_mark || strstr(path, r->call_mark); /* web tests test a controller */
}

static const char *tests_text(const struct scene *s, const struct work *w, const struct test_frame *r, bool calls,
                              bool measured, bool *ret_open)
{
    auto_buf b = BUF_INIT(16384);
    *ret_open = false;
    for (size_t i = 0; i < w->needs.n && i < MAX_TESTS; i++) {
        const struct need *n = w->needs.v[i];
        const char *status = n->endpoint ? status_of(s, n->r.text) : NULL, *method = "", *path = "";
        bool call = calls && r->call && status;
        if (n->measured && !measured && w->needs.n > 1) continue;
        if (call) path = endpoint_call(s, n->endpoint, &method);
        if (!call) *ret_open = true;
        buf_str(&b, FILL(s->a, call ? r->call : r->open, {"test", test_name(s, n, w->path)}, {"id", n->r.id},
                         {"rule", harmless_text(s, plain_need(s, n, 160))}, {"method", method}, {"path", path},
                         {"status", status ? status : ""}));
    }
    return one_newline(prose_take(s->a, &b));
}

/* "tests/Feature/Api/…" → "Tests\Feature\Api" */
static const char *php_namespace(const struct scene *s, const char *path)
{
    struct span dir = file_dir(path);
    char *t = arena_dup_n(s->a, dir.p, dir.n);
    for (char *p = t; p && *p; p++) {
        if (*p == '/') *p = '\\';
        if ((p == t || p[-1] == '\\') && *p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A');
    }
    return t && *t ? t : "Tests";
}

const char *test_code(const struct scene *s, const struct work *w, bool measured)
{
    const char *path = inner_part(w->path), *tests;
    struct span stem = file_stem(path);
    char *type = arena_dup_n(s->a, stem.p, stem.n), *topic = prose_bare(s->a, s->topic);
    bool open = false;
    if (topic[0] >= 'a' && topic[0] <= 'z') topic[0] = (char)(topic[0] - 'a' + 'A');
    for (size_t i = 0; w->needs.n > 0 && type && i < countof(rows); i++) {
        const struct test_frame *r = &rows[i];
        const char *tested;
        bool calls;
        if (!row_fits(s, r, w, path)) continue;
        calls = tests_hold(s, w->codebase, r->ext, r->call_mark);
        if (strcmp(r->ext, "rb") == 0) calls = strstr(path, "requests/") != NULL;
        tests = tests_text(s, w, r, calls, measured, &open);
        tested =
            stem.n > 4 && memcmp(stem.p + stem.n - 4, "Test", 4) == 0 ? arena_dup_n(s->a, stem.p, stem.n - 4) : type;
        if (strcmp(r->ext, "py") == 0 && !open) tests += strspn(tests, "\n");
        return FILL(s->a, r->text, {"tests", tests}, {"package", package_of(s, path)}, {"Type", type},
                    {"Tested", tested}, {"Pascal", name_styled(s->a, name_words(s->a, type), NAME_PASCAL)},
                    {"Topic", topic}, {"folder", go_package(s, w->codebase, path)},
                    {"import", open ? "import pytest\n" : ""}, {"namespace", php_namespace(s, path)});
    }
    return NULL;
}
