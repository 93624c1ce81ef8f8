/* What is found in well-known shapes of projects: each a few files, and what a reader finds in them. Every shape here
 * was once read wrongly in a public codebase. */
#include "unit/check_main.h"
#include "unit/survey_fixture.h"

struct made_file {
    const char *path, *text;
};
struct shape {
    const char *name;
    struct made_file files[8];
    const char *routes[16];     /* "GET /x path:line", all of them */
    const char *commands[12];   /* "kind name [dir] path:line": these are there */
    const char *no_commands[4]; /* names: these are not */
    const char *frameworks[6];  /* "name version path" */
    const char *tests[4];       /* "framework pattern" */
};

static const struct shape shapes[] = {
    {.name = "Rails' resources have pages to fill in; verbs, optional parts and names in the middle of a part",
     .files = {{"config/routes.rb", "Rails.application.routes.draw do\n"
                                    "  resources :notes, only: [:index, :new, :edit]\n"
                                    "  resources :tags, except: %i[show update destroy] do\n"
                                    "    get \"/all\"\n"
                                    "  end\n"
                                    "  match \"/reset\" => \"a#b\", :via => [:get, :post]\n"
                                    "  get \"/~:user(/page/:page)\" => \"u#s\"\n"
                                    "  get \"/domains/:id(.:format)\" => \"d#s\"\n"
                                    "  namespace :mod do\n"
                                    "    get \"/\" => \"m#i\"\n"
                                    "  end\n"
                                    "end\n"}},
     .routes = {"GET /notes config/routes.rb:2", "GET /notes/new config/routes.rb:2",
                "GET /notes/{id}/edit config/routes.rb:2", "GET /tags config/routes.rb:3",
                "POST /tags config/routes.rb:3", "GET /tags/new config/routes.rb:3",
                "GET /tags/{id}/edit config/routes.rb:3", "GET /tags/{tag_id}/all config/routes.rb:4",
                "GET /reset config/routes.rb:6", "POST /reset config/routes.rb:6",
                "GET /~{user}(/page/{page}) config/routes.rb:7", "GET /domains/{id} config/routes.rb:8",
                "GET /mod config/routes.rb:10"}},
    {.name = "an API of Rails has no pages to fill in",
     .files = {{"config/application.rb", "class A < Rails::Application\n  config.api_only = true\nend\n"},
               {"config/routes.rb", "Rails.application.routes.draw do\n  resource :me, only: [:show]\n"
                                    "  resources :notes, except: [:destroy]\nend\n"}},
     .routes = {"GET /me config/routes.rb:2", "GET /notes config/routes.rb:3", "POST /notes config/routes.rb:3",
                "GET /notes/{id} config/routes.rb:3", "PATCH /notes/{id} config/routes.rb:3"}},
    {.name = "Express: a chain of uses, exported without a name",
     .files = {{"package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^4.18.0\"}}\n"},
               {"src/main.ts", "import express from 'express';\nimport routes from './routes';\n"
                               "const app = express();\napp.use(routes);\n"},
               {"src/routes.ts", "import { Router } from 'express';\nimport tags from './tags/tag.controller';\n"
                                 "import users from './users/user.controller';\n\n"
                                 "const api = Router()\n  .use(tags)\n  .use('/u', users);\n\n"
                                 "export default Router().use('/api', api);\n"},
               {"src/tags/tag.controller.ts", "import { Router } from 'express';\nconst router = Router();\n"
                                              "router.get('/tags', list);\nexport default router;\n"},
               {"src/users/user.controller.ts", "import { Router } from 'express';\n"
                                                "export default Router()\n  .get('/:id', one)\n  .post('/', add);\n"}},
     .routes = {"GET /api/tags src/tags/tag.controller.ts:3", "GET /api/u/{id} src/users/user.controller.ts:3",
                "POST /api/u src/users/user.controller.ts:4"}},
    {.name = "Express: a table of routers that a loop mounts",
     .files = {{"package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^4.18.0\"}}\n"},
               {"src/app.js", "const express = require('express');\nconst routes = require('./routes/v1');\n"
                              "const app = express();\napp.use('/v1', routes);\n"},
               {"src/routes/v1/index.js", "const express = require('express');\n"
                                          "const userRoute = require('./user.route');\n"
                                          "const router = express.Router();\n"
                                          "const all = [\n  {\n    path: '/users',\n    route: userRoute,\n  },\n];\n"
                                          "all.forEach((route) => {\n  router.use(route.path, route.route);\n});\n"
                                          "module.exports = router;\n"},
               {"src/routes/v1/user.route.js", "const router = require('express').Router();\n"
                                               "router\n  .route('/')\n  .post(add);\n"
                                               "router.route('/:id').get(one);\nmodule.exports = router;\n"}},
     .routes = {"POST /v1/users src/routes/v1/user.route.js:3", "GET /v1/users/{id} src/routes/v1/user.route.js:5"}},
    {.name = "Spring: a part of any text has no name",
     .files = {{"pom.xml", "<project><artifactId>a</artifactId></project>\n"},
               {"src/main/java/A.java", "import org.springframework.web.bind.annotation.*;\n@RestController\nclass A "
                                        "{\n    @GetMapping(\"/owners/*/pets/{id}\")\n"
                                        "    Pet pet() { return null; }\n}\n"}},
     .routes = {"GET /owners/*/pets/{id} src/main/java/A.java:4"}},
    {.name = "MVC's routes by convention, [action], and MapMethods",
     .files = {{"A/A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n"},
               {"A/AccountController.cs", "public class AccountController : Controller\n{\n    [HttpGet]\n"
                                          "    public IActionResult Index() => View();\n\n    [HttpPost]\n"
                                          "    [ValidateAntiForgeryToken]\n"
                                          "    public async Task<IActionResult> LoginAsync(Model m) { }\n}\n"},
               {"A/ItemsController.cs", "[Route(\"api/[controller]/[action]\")]\n"
                                        "public class ItemsController : ControllerBase\n{\n    [HttpGet]\n"
                                        "    public int Count() => 1;\n}\n"},
               {"A/Program.cs", "app.MapMethods(\"/check\", [HttpMethods.Options, \"GET\"], () => 1);\n"}},
     .routes = {"GET /Account A/AccountController.cs:3", "POST /Account/Login A/AccountController.cs:6",
                "GET /api/Items/Count A/ItemsController.cs:4", "OPTIONS /check A/Program.cs:1",
                "GET /check A/Program.cs:1"}},
    {.name = "the sets of views of Django's REST framework answer what they are made of",
     .files = {{"requirements.txt", "Django>=4,<5\ndjangorestframework!=3.14.1,>=3.14\n"},
               {"config/urls.py", "from django.urls import include, path\n"
                                  "from rest_framework.routers import DefaultRouter\n"
                                  "from shop.views import BasketViewSet, ItemViewSet, LogViewSet\n"
                                  "router = DefaultRouter()\n"
                                  "router.register(\"items\", ItemViewSet)\n"
                                  "router.register(r\"baskets\", BasketViewSet, basename=\"basket\")\n"
                                  "router.register(\"logs\", LogViewSet)\n"
                                  "urlpatterns = [path(\"api/\", include(router.urls))]\n"},
               {"shop/views.py", "from rest_framework import mixins, viewsets\n\n"
                                 "class BaseViewSet(viewsets.ReadOnlyModelViewSet):\n    page = 20\n\n"
                                 "class ItemViewSet(BaseViewSet):\n    pass\n\n"
                                 "class BasketViewSet(\n    mixins.CreateModelMixin,\n    mixins.DestroyModelMixin,\n"
                                 "    viewsets.GenericViewSet,\n):\n    pass\n\n"
                                 "class LogViewSet(viewsets.ViewSet):\n    pass\n"}},
     .routes = {"GET /api/items/ config/urls.py:5", "GET /api/items/{pk}/ config/urls.py:5",
                "POST /api/baskets/ config/urls.py:6", "DELETE /api/baskets/{pk}/ config/urls.py:6",
                "ANY /api/logs/ config/urls.py:7"},
     .frameworks = {"Django 4 requirements.txt", "djangorestframework 3.14 requirements.txt"}},
    {.name = "Django: a module is the file in its own folder; what a function makes is not looked for",
     .files = {{"requirements.txt", "Django==5.0\n"},
               {"site/site/urls.py", "from django.urls import include, path\nfrom site.plugins.urls import extra\n"
                                     "urlpatterns = [\n    path('rooms/', include('rooms.urls')),\n"
                                     "    path('plugins/', include(extra)),\n]\n"},
               {"site/site/plugins/urls.py", "from django.urls import path\nextra = [path('one/', one)]\n"},
               {"site/rooms/urls.py", "from django.urls import include, path\nfrom utilities.urls import made\n"
                                      "urlpatterns = [\n    path('list/', rooms),\n"
                                      "    path('<int:pk>/', include(made('rooms', 'room'))),\n]\n"}},
     .routes = {"ANY /rooms/list/ site/rooms/urls.py:4", "ANY /plugins/one/ site/site/plugins/urls.py:2"}},
    {.name = "Litestar's controllers and handlers are mounted by name",
     .files = {{"pyproject.toml", "[project]\nname = \"rooms\"\ndependencies = [\"litestar<3,>=2.8\"]\n"},
               {"app/rooms.py", "from litestar import Controller, get, post\n\n\nclass Rooms(Controller):\n"
                                "    path = \"/rooms\"\n\n    @get()\n    async def all(self) -> list[str]:\n"
                                "        return []\n\n    @post(\"/{room_id:int}\")\n"
                                "    async def book(self, room_id: int) -> None: ...\n"},
               {"app/main.py", "from litestar import Litestar, Router, get\n\nfrom app.rooms import Rooms\n\n\n"
                               "@get(\"/health\")\nasync def health() -> str:\n    return \"ok\"\n\n\n"
                               "api = Router(path=\"/api\", route_handlers=[Rooms])\n"
                               "app = Litestar(route_handlers=[health, api])\n"}},
     .routes = {"GET /health app/main.py:6", "GET /api/rooms app/rooms.py:7",
                "POST /api/rooms/{room_id} app/rooms.py:11"},
     .frameworks = {"litestar 2.8 pyproject.toml"}},
    {.name = "central versions and properties of .NET; who tests with what is each project's own",
     .files = {{"Directory.Packages.props",
                "<Project>\n<PropertyGroup><GrpcVersion>2.71.0</GrpcVersion></PropertyGroup>\n"
                "<ItemGroup>\n"
                "<PackageVersion Include=\"Grpc.AspNetCore\" Version=\"$(GrpcVersion)\" />\n"
                "<PackageVersion Include=\"MSTest\" Version=\"4.0.2\" />\n"
                "<PackageVersion Include=\"xunit.v3\" Version=\"3.2.1\" />\n"
                "</ItemGroup></Project>\n"},
               {"src/A/A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><ItemGroup>\n"
                                  "<PackageReference Include=\"Grpc.AspNetCore\" />\n</ItemGroup></Project>\n"},
               {"tests/U/U.csproj", "<Project Sdk=\"MSTest.Sdk/4.0.2\"></Project>\n"},
               {"tests/U/RoomTest.cs", "class RoomTest {}\n"},
               {"tests/F/F.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>\n"
                                    "<PackageReference Include=\"xunit.v3\" />\n</ItemGroup></Project>\n"},
               {"tests/F/ApiTests.cs", "class ApiTests {}\n"}},
     .frameworks = {"Grpc.AspNetCore 2.71.0 Directory.Packages.props", "Grpc.AspNetCore 2.71.0 src/A/A.csproj",
                    "mstest 4.0.2 tests/U/U.csproj", "xunit.v3 3.2.1 tests/F/F.csproj"},
     .tests = {"MSTest tests/U/*Test.cs", "xUnit tests/F/*Tests.cs"}},
    {.name = "Gradle: the wrapper, modules that settings name, versions set above, what plugins are run for",
     .files = {{"gradlew", "#!/bin/sh\n"},
               {"settings.gradle",
                "include 'app', 'importer'\nproject(':importer').projectDir = file('jobs/importer')\n"},
               {"gradle.properties", "jooqVersion=3.19.8\n"},
               {"app/build.gradle", "plugins {\n  id 'java'\n  id 'org.springframework.boot' version '3.3.0'\n}\n"
                                    "ext.h2Version = \"2.2.224\"\n"
                                    "dependencies {\n  runtimeOnly \"com.h2database:h2:${h2Version}\"\n"
                                    "  implementation \"org.jooq:jooq:$jooqVersion\"\n}\n"},
               {"jobs/importer/build.gradle", "plugins {\n  id 'application'\n}\n"}},
     .commands = {"run ./gradlew :app:bootRun [] app/build.gradle:3",
                  "run ./gradlew :importer:run [] jobs/importer/build.gradle:2",
                  "build ./gradlew build [] settings.gradle:1", "test ./gradlew test [] settings.gradle:1"},
     .no_commands = {"gradle build", "gradle test"},
     .frameworks = {"spring-boot 3.3.0 app/build.gradle", "h2 2.2.224 app/build.gradle",
                    "jooq 3.19.8 app/build.gradle"}},
    {.name = "Maven's plugins are there to be run, in a module by the wrapper above it",
     .files = {{"mvnw", "#!/bin/sh\n"},
               {"pom.xml", "<project><artifactId>all</artifactId><build><plugins>\n"
                           "<plugin><artifactId>spring-javaformat-maven-plugin</artifactId></plugin>\n"
                           "</plugins></build></project>\n"},
               {"app/pom.xml", "<project><artifactId>app</artifactId><build><plugins>\n"
                               "<plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin>\n"
                               "</plugins></build></project>\n"}},
     .commands = {"run ./mvnw -pl app spring-boot:run [] app/pom.xml:2",
                  "format ./mvnw spring-javaformat:apply [] pom.xml:2"}},
    {.name = "Nx's targets, Prisma's seed, and a migration that is called a push",
     .files = {{"package.json", "{\n\"name\": \"x\",\n\"scripts\": {\n\"db:push\": \"drizzle-kit push\",\n\"prod\": "
                                "\"docker-compose -f a.yml -f b.yml up\"\n},\n"
                                "\"prisma\": {\n\"seed\": \"tsx seed.ts\"\n}\n}\n"},
               {"package-lock.json", "{}\n"},
               {"nx.json", "{}\n"},
               {"apps/api/project.json",
                "{\n\"name\": \"api\",\n\"targets\": {\n\"serve\": {},\n\"lint\": {}\n}\n}\n"}},
     .commands = {"run npx nx serve api [] apps/api/project.json:4", "lint npx nx lint api [] apps/api/project.json:5",
                  "other npx prisma db seed [] package.json:8", "migrate npm run db:push [] package.json:4",
                  "run npm run prod [] package.json:5"}},
    {.name = "Bundler's stubs are no commands of the project; whatever may be run and says by what is one",
     .files = {{"Gemfile", "gem 'rails'\n"},
               {"bin/puma", "#!/usr/bin/env ruby\nload Gem.bin_path('puma', 'puma')\n"},
               {"bin/worker", "#!/usr/bin/env ruby\n"},
               {"bin/ledger", "#!/usr/bin/env ruby\n"},
               {"bin/setup", "#!/usr/bin/env ruby\n"},
               {"hosting/post-deploy", "#!/bin/sh\n"},
               {"lib/ledger/data.rb", "x = 1\n"}},
     .commands = {"run ./bin/worker [] bin/worker:1", "run ./bin/ledger [] bin/ledger:1",
                  "other ./bin/setup [] bin/setup:1", "deploy ./hosting/post-deploy [] hosting/post-deploy:1"},
     .no_commands = {"./bin/puma", "./lib/ledger/data.rb"}},
    {.name = "Symfony's own commands, Go's workspaces, hooks by what they run, kinds by what is executed",
     .files = {{"src/Command/ImportCommand.php", "<?php\nuse Symfony\\Component\\Console\\Command\\Command;\n"
                                                 "#[AsCommand(\n    name: 'app:import',\n)]\nclass ImportCommand {}\n"},
               {"go.work", "go 1.22\nuse ./a\n"},
               {"a/go.mod", "module a\n"},
               {".pre-commit-config.yaml", "repos:\n- repo: local\n  hooks:\n  - id: style\n"
                                           "    entry: ruff format\n  - id: look\n    entry: ruff check\n"},
               {"Makefile", "db:\n\t$(EXEC) php bin/console doctrine:migrations:migrate -n\n"
                            "tool: tool.o\n\t@echo linking\n\t$(CC) -o $@ tool.o\ncs-fix:\n\ttrue\n"}},
     .commands = {"other bin/console app:import [] src/Command/ImportCommand.php:3",
                  "test go test ./... [a] a/go.mod:1", "format pre-commit run style [] .pre-commit-config.yaml:4",
                  "lint pre-commit run look [] .pre-commit-config.yaml:6", "migrate make db [] Makefile:1",
                  "build make tool [] Makefile:3", "format make cs-fix [] Makefile:6"}},
    {.name = "the pattern of tests is that of the folder where most of them are",
     .files = {{"package.json",
                "{\"name\": \"x\", \"devDependencies\": {\"jest\": \"29\", \"@playwright/test\": \"1\"}}\n"},
               {"e2e/a.spec.ts", "x\n"},
               {"e2e/login.setup.ts", "x\n"},
               {"src/tests/b.test.ts", "x\n"},
               {"src/tests/c.test.ts", "x\n"}},
     .tests = {"Jest src/tests/*.test.ts", "Playwright e2e/*.spec.ts"}},
    {.name = "tests of a browser are named as their folder's are; a formatter's check is the formatter's",
     .files = {{"package.json", "{\"name\": \"x\", \"devDependencies\": {\"@playwright/test\": \"1\"}}\n"},
               {"tests/login.spec.ts", "x\n"},
               {"build.gradle", "tasks.register('spotlessCheck') {\n}\n"}},
     .commands = {"format gradle spotlessCheck [] build.gradle:1"},
     .tests = {"Playwright tests/*.spec.ts"}},
};

static void expect_in(const struct shape *x, const char *const *wanted, size_t n, const char *all)
{
    for (size_t i = 0; i < n && wanted[i]; i++) {
        auto_buf line = BUF_INIT(1000);
        buf_fmt(&line, "\n%s\n", wanted[i]);
        ck_assert_msg(strstr(all, buf_cstr(&line)) != NULL, "%s: '%s' is not in%s", x->name, wanted[i], all);
    }
}

static void expect_routes(const struct shape *x, const struct survey *s)
{
    auto_buf all = BUF_INIT(100000);
    size_t n = 0;
    buf_str(&all, "\n");
    for (size_t i = 0; i < s->api.n; i++)
        buf_fmt(&all, "%s %s %s:%d\n", s->api.v[i].method, s->api.v[i].route, s->api.v[i].path, (int)s->api.v[i].line);
    expect_in(x, x->routes, countof(x->routes), buf_cstr(&all));
    while (n < countof(x->routes) && x->routes[n]) n++;
    ck_assert_msg(s->api.n == n, "%s: %zu routes, not %zu:%s", x->name, s->api.n, n, buf_cstr(&all));
}

static void expect_commands(const struct shape *x, const struct survey *s)
{
    auto_buf all = BUF_INIT(100000);
    buf_str(&all, "\n");
    for (size_t i = 0; i < s->commands.n; i++) {
        const struct survey_command *d = &s->commands.v[i];
        buf_fmt(&all, "%s %s [%s] %s:%d\n", command_kind_names[d->kind], d->name, d->dir, d->path, (int)d->line);
        for (size_t j = 0; j < countof(x->no_commands) && x->no_commands[j]; j++)
            ck_assert_msg(strcmp(d->name, x->no_commands[j]) != 0, "%s: there is a command %s", x->name, d->name);
    }
    expect_in(x, x->commands, countof(x->commands), buf_cstr(&all));
}

static void expect_rest(const struct shape *x, const struct survey *s)
{
    auto_buf frameworks = BUF_INIT(100000);
    auto_buf tests = BUF_INIT(100000);
    buf_str(&frameworks, "\n");
    buf_str(&tests, "\n");
    for (size_t i = 0; i < s->frameworks.n; i++)
        buf_fmt(&frameworks, "%s %s %s\n", s->frameworks.v[i].name,
                s->frameworks.v[i].version ? s->frameworks.v[i].version : "-", s->frameworks.v[i].path);
    for (size_t i = 0; i < s->tests.n; i++)
        buf_fmt(&tests, "%s %s\n", s->tests.v[i].framework, s->tests.v[i].pattern ? s->tests.v[i].pattern : "-");
    expect_in(x, x->frameworks, countof(x->frameworks), buf_cstr(&frameworks));
    expect_in(x, x->tests, countof(x->tests), buf_cstr(&tests));
}

static void read_shape(const struct shape *x)
{
    struct scratch s;
    struct surveyed d;
    scratch_open(&s);
    for (size_t i = 0; i < countof(x->files) && x->files[i].path; i++) {
        put(s.roots, x->files[i].path, x->files[i].text);
        if (strncmp(x->files[i].text, "#!", 2) == 0) run("chmod 755 '%s/%s'", s.roots, x->files[i].path);
    }
    survey_path(&d, s.roots);
    expect_routes(x, &d.survey);
    expect_commands(x, &d.survey);
    expect_rest(x, &d.survey);
    surveyed_close(&d);
    scratch_close(&s);
}

START_TEST(each_shape_is_read_as_a_person_reads_it)
{
    for (size_t i = 0; i < countof(shapes); i++) read_shape(&shapes[i]);
}
END_TEST

START_TEST(markup_comes_after_the_code)
{
    struct scratch s;
    struct surveyed d;
    scratch_open(&s);
    put(s.roots, "site.css", "body { margin: 0; padding: 0; border: none; font-family: sans-serif }\n");
    put(s.roots, "a.py", "x = 1\n");
    survey_path(&d, s.roots);
    ck_assert_uint_eq(d.survey.languages.n, 2);
    ck_assert_str_eq(d.survey.languages.v[0].name, "Python");
    ck_assert_str_eq(d.survey.languages.v[1].name, "CSS");
    surveyed_close(&d);
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("survey_found", {each_shape_is_read_as_a_person_reads_it, markup_comes_after_the_code})
