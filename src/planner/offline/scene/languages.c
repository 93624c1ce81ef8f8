/* Languages: naming, a skeleton of an interface, tests, and what a new project in it starts from. */
#include "planner/offline/scene/scene.h"

#include <string.h>

static const struct language languages[] = {
    {.name = "Python",
     .ext = "py",
     .fence = "python",
     .file = NAME_SNAKE,
     .symbol = NAME_SNAKE,
     .test_file = "tests/test_{name}.py",
     .interface_code = "\"\"\"{Topic}.\n\n{rules}\"\"\"\n\n\nclass {Type}:\n    \"\"\"Holds the rules above; callers "
                       "see only this class.\"\"\"\n\n    def __init__(self, store):\n        self._store = store\n",
     .manifest = "pyproject.toml",
     .manifest_text = "[project]\nname = \"{kebab}\"\nversion = \"0.1.0\"\nrequires-python = \">=3.11\"\n",
     .starter = "src/{name}.py",
     .test_command = "python3 -m unittest discover -s tests"},
    {.name = "TypeScript",
     .ext = "ts",
     .fence = "typescript",
     .file = NAME_KEBAB,
     .symbol = NAME_CAMEL,
     .test_file = "test/{name}.test.ts",
     .interface_code = "/**\n * {Topic}.\n *\n{rules*} */\nexport interface {Type} {\n  run(input: {Type}Input): "
                       "Promise<{Type}Result>;\n}\n\nexport interface {Type}Input {\n  readonly requestId: "
                       "string;\n}\n\nexport interface {Type}Result {\n  readonly done: boolean;\n}\n",
     .manifest = "package.json",
     .manifest_text = "{\n  \"name\": \"{kebab}\",\n  \"version\": \"0.1.0\",\n  \"type\": \"module\",\n  \"scripts\": "
                      "{ \"test\": \"node --test\" }\n}\n",
     .starter = "src/{name}.ts",
     .test_command = "npm test"},
    {.name = "JavaScript",
     .ext = "js",
     .fence = "javascript",
     .file = NAME_CAMEL,
     .symbol = NAME_CAMEL,
     .test_file = "test/{name}.test.js",
     .interface_code = "/**\n * {Topic}.\n *\n{rules*} */\nexport class {Type} {\n  constructor({ store, clock }) {\n  "
                       "  this.store = store;\n    this.clock = clock;\n  }\n}\n",
     .manifest = "package.json",
     .manifest_text = "{\n  \"name\": \"{kebab}\",\n  \"version\": \"0.1.0\",\n  \"type\": \"module\",\n  \"scripts\": "
                      "{ \"test\": \"node --test\" }\n}\n",
     .starter = "src/{name}.js",
     .test_command = "npm test"},
    {.name = "Go",
     .ext = "go",
     .fence = "go",
     .file = NAME_SNAKE,
     .symbol = NAME_PASCAL,
     .test_file = "{name}_test.go",
     .interface_code = "// {Type} keeps these rules:\n//\n{rules//}type {Type} struct {\n\tnow func() time.Time\n}\n",
     .manifest = "go.mod",
     .manifest_text = "module {kebab}\n\ngo 1.22\n",
     .starter = "{name}.go",
     .test_command = "go test ./..."},
    {.name = "Rust",
     .ext = "rs",
     .fence = "rust",
     .file = NAME_SNAKE,
     .symbol = NAME_SNAKE,
     .test_file = "tests/{name}.rs",
     .interface_code = "//! {Topic}.\n//!\n{rules//!}pub trait {Type} {\n    type Input;\n    type Output;\n    type "
                       "Error;\n\n    fn run(&self, input: Self::Input) -> Result<Self::Output, Self::Error>;\n}\n",
     .manifest = "Cargo.toml",
     .manifest_text = "[package]\nname = \"{kebab}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
     .starter = "src/lib.rs",
     .test_command = "cargo test"},
    {.name = "Java",
     .ext = "java",
     .fence = "java",
     .file = NAME_PASCAL,
     .symbol = NAME_CAMEL,
     .test_file = "src/test/java/{Name}Test.java",
     .interface_code = "/**\n * {Topic}.\n *\n{rules*} */\npublic interface {Type} {\n    Result run(Request "
                       "request);\n\n    record Request(String id) {}\n\n    record Result(boolean done) {}\n}\n",
     .manifest = "pom.xml",
     .manifest_text =
         "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  <modelVersion>4.0.0</modelVersion>\n  "
         "<groupId>org.example</groupId>\n  <artifactId>{kebab}</artifactId>\n  <version>0.1.0</version>\n</project>\n",
     .starter = "src/main/java/{Name}.java",
     .test_command = "mvn test"},
    {.name = "Kotlin",
     .ext = "kt",
     .fence = "kotlin",
     .file = NAME_PASCAL,
     .symbol = NAME_CAMEL,
     .test_file = "src/test/kotlin/{Name}Test.kt",
     .interface_code = "/**\n * {Topic}.\n *\n{rules*} */\ninterface {Type} {\n    fun run(id: String): Boolean\n}\n"},
    {.name = "C",
     .ext = "c",
     .fence = "c",
     .file = NAME_SNAKE,
     .symbol = NAME_SNAKE,
     .test_file = "tests/test_{name}.c",
     .interface_code = "/* {Topic}.\n *\n{rules*} */\nstruct {name};\n\nint {name}_open(struct {name} **ret);\nvoid "
                       "{name}_close(struct {name} *p);\n",
     .manifest = "Makefile",
     .manifest_text =
         "CFLAGS += -Wall -Wextra -Isrc\n\ntest: tests/test_{name}\n\t./tests/test_{name}\n\ntests/test_{name}: "
         "tests/test_{name}.c src/{name}.c\n",
     .starter = "src/{name}.c",
     .test_command = "make test"},
    {.name = "C++",
     .ext = "cpp",
     .fence = "cpp",
     .file = NAME_SNAKE,
     .symbol = NAME_SNAKE,
     .test_file = "tests/test_{name}.cpp",
     .interface_code = "// {Topic}.\n//\n{rules//}class {Type} {\npublic:\n    virtual ~{Type}() = default;\n    "
                       "virtual bool run(const std::string &id) = 0;\n};\n"},
    {.name = "C#",
     .ext = "cs",
     .fence = "csharp",
     .file = NAME_PASCAL,
     .symbol = NAME_PASCAL,
     .test_file = "tests/{Name}Tests.cs",
     .interface_code = "/// <summary>{Topic}.</summary>\n{rules///}public interface I{Type}\n{\n    Task<bool> "
                       "RunAsync(string id, CancellationToken cancel);\n}\n"},
    {.name = "Ruby",
     .ext = "rb",
     .fence = "ruby",
     .file = NAME_SNAKE,
     .symbol = NAME_SNAKE,
     .test_file = "spec/{name}_spec.rb",
     .interface_code =
         "# {Topic}.\n#\n{rules#}class {Type}\n  def initialize(store:)\n    @store = store\n  end\nend\n",
     .manifest = "Gemfile",
     .manifest_text = "source \"https://rubygems.org\"\n\ngem \"rspec\"\n",
     .starter = "lib/{name}.rb",
     .test_command = "bundle exec rspec"},
    {.name = "PHP",
     .ext = "php",
     .fence = "php",
     .file = NAME_PASCAL,
     .symbol = NAME_CAMEL,
     .test_file = "tests/{Name}Test.php",
     .interface_code = "<?php\n\n/**\n * {Topic}.\n *\n{rules*} */\ninterface {Type}\n{\n    public function "
                       "run(string $id): bool;\n}\n"},
    {.name = "Shell",
     .ext = "sh",
     .fence = "sh",
     .file = NAME_KEBAB,
     .symbol = NAME_SNAKE,
     .test_file = "tests/{name}_test.sh"},
    {.name = "Elixir",
     .ext = "ex",
     .fence = "elixir",
     .file = NAME_SNAKE,
     .symbol = NAME_SNAKE,
     .test_file = "test/{name}_test.exs"},
    {.name = "Scala",
     .ext = "scala",
     .fence = "scala",
     .file = NAME_PASCAL,
     .symbol = NAME_CAMEL,
     .test_file = "src/test/scala/{Name}Spec.scala"},
    {.name = "Swift",
     .ext = "swift",
     .fence = "swift",
     .file = NAME_PASCAL,
     .symbol = NAME_CAMEL,
     .test_file = "Tests/{Name}Tests.swift"},
    {.name = "HCL", .ext = "tf", .fence = "hcl", .file = NAME_SNAKE, .symbol = NAME_SNAKE},
    {.name = "ERB", .ext = "erb", .fence = "erb", .file = NAME_SNAKE, .symbol = NAME_SNAKE},
    {.name = "Vue", .ext = "vue", .fence = "vue", .file = NAME_PASCAL, .symbol = NAME_CAMEL},
    {.name = "Svelte", .ext = "svelte", .fence = "svelte", .file = NAME_PASCAL, .symbol = NAME_CAMEL},
    {.name = "SQL", .ext = "sql", .fence = "sql", .file = NAME_SNAKE, .symbol = NAME_SNAKE},
    {.name = "HTML", .ext = "html", .fence = "html", .file = NAME_KEBAB, .symbol = NAME_KEBAB},
    {.name = "CSS", .ext = "css", .fence = "css", .file = NAME_KEBAB, .symbol = NAME_KEBAB},
};
static const struct {
    const char *ext, *name;
} more_extensions[] = {
    {"tsx", "TypeScript"}, {"jsx", "JavaScript"}, {"mjs", "JavaScript"}, {"cjs", "JavaScript"}, {"h", "C"},
    {"cc", "C++"},         {"hpp", "C++"},        {"cxx", "C++"},        {"kts", "Kotlin"},     {"exs", "Elixir"},
    {"scss", "CSS"},       {"htm", "HTML"},       {"bash", "Shell"},     {"rake", "Ruby"},
};

const struct language *language_named(const char *name)
{
    for (size_t i = 0; name && i < countof(languages); i++)
        if (prose_same(languages[i].name, name)) return &languages[i];
    return NULL;
}

const struct language *language_of_path(const char *path)
{
    const char *ext = file_ext(path);
    for (size_t i = 0; *ext && i < countof(languages); i++)
        if (prose_same(languages[i].ext, ext)) return &languages[i];
    for (size_t i = 0; *ext && i < countof(more_extensions); i++)
        if (prose_same(more_extensions[i].ext, ext)) return language_named(more_extensions[i].name);
    return NULL;
}

const struct language *language_in_text(const char *text)
{
    static const struct {
        const char *word, *name;
    } words[] = {
        {"python", "Python"},
        {"flask", "Python"},
        {"django", "Python"},
        {"fastapi", "Python"},
        {"typescript", "TypeScript"},
        {"javascript", "JavaScript"},
        {"node.js", "JavaScript"},
        {"node", "JavaScript"},
        {"express", "JavaScript"},
        {"golang", "Go"},
        {"in go", "Go"},
        {"rust", "Rust"},
        {"java", "Java"},
        {"spring", "Java"},
        {"ruby", "Ruby"},
        {"rails", "Ruby"},
        {"in c", "C"},
    };
    for (size_t i = 0; i < countof(words); i++)
        if (prose_has_word(text, words[i].word)) return language_named(words[i].name);
    return NULL;
}
