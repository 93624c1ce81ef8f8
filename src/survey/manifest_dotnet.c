/* .NET: project files, central package versions, solutions. */
#include "survey/inner.h"

#include <string.h>

#include "survey/xml.h"

static bool read_project(struct scan *c, const struct manifest_text *m, struct xml_doc *doc)
{
    if (xml_read(m->text, m->n, c->a, doc) && is(doc->root->name, "Project")) return true;
    scan_problem(c, m->path, doc->wrong ? doc->wrong_line : 1, "does not parse: %s",
                 doc->wrong ? doc->wrong : "there is no <Project>");
    return false;
}

/* "$(GrpcVersion)" by the properties of this project and of those above; NULL when those do not say. */
static const char *resolve(struct scan *c, const struct manifest_text *m, const char *text)
{
    const char *name =
        text && starts(text, "$(") && ends(text, ")") ? arena_dup_n(c->a, text + 2, strlen(text) - 3) : NULL;
    const char *value = name ? scan_inherited(c, m->path, name) : text;
    return value && value[0] != '$' ? value : NULL;
}

/* <PackageReference Include="x" Version="1" /> in any item group. */
static void add_packages(struct scan *c, const struct manifest_text *m, const struct xml_node *group)
{
    for (size_t i = 0; i < group->children.n; i++) {
        const struct xml_node *p = group->children.v[i];
        struct survey_dependency d = {.ecosystem = "nuget", .path = m->path, .line = p->line};
        if (!is(p->name, "PackageReference") && !is(p->name, "PackageVersion")) continue;
        d.name = xml_attribute(p, "Include");
        d.version = xml_attribute(p, "Version");
        if (!d.version) d.version = xml_text(p, "Version");
        d.version = resolve(c, m, d.version);
        if (!d.name) continue;
        if (is(p->name, "PackageVersion"))
            scan_keep(c, scan_current(c)->path, d.name, d.version); /* for the projects below */
        else if (!d.version) d.version = scan_inherited(c, m->path, d.name);
        scan_dependency(c, &d);
    }
}

static void add_properties(struct scan *c, const struct manifest_text *m, const struct xml_node *group)
{
    const struct xml_node *framework = xml_child(group, "TargetFramework");
    struct survey_dependency d = {.name = "dotnet", .ecosystem = "runtime", .path = m->path};
    for (size_t i = 0; i < group->children.n; i++)
        scan_keep(c, scan_current(c)->path, group->children.v[i]->name, group->children.v[i]->text);
    if (xml_text(group, "AssemblyName")) scan_current(c)->name = xml_text(group, "AssemblyName");
    if (xml_text(group, "Version")) scan_current(c)->version = xml_text(group, "Version");
    if (!framework || !framework->text[0]) return;
    d.version = framework->text;
    d.line = framework->line;
    scan_dependency(c, &d);
}

static void read_groups(struct scan *c, const struct manifest_text *m, const struct xml_doc *doc)
{
    for (size_t i = 0; i < doc->root->children.n; i++) {
        const struct xml_node *group = doc->root->children.v[i];
        if (is(group->name, "ItemGroup")) add_packages(c, m, group);
        else if (is(group->name, "PropertyGroup")) add_properties(c, m, group);
    }
}

/* The file's name without its ending. */
static const char *stem_of(struct scan *c, const char *path)
{
    const char *base = path_base(path), *dot = strrchr(base, '.');
    return arena_dup_n(c->a, base, dot ? (size_t)(dot - base) : strlen(base));
}

/* Sdk="MSTest.Sdk/3.8.0", <Sdk Name="Aspire.AppHost.Sdk" Version="9.0.0" />; the plain one says nothing. */
static void add_sdk(struct scan *c, const struct manifest_text *m, const char *sdk, const char *version, int64_t line)
{
    struct survey_dependency d = {.ecosystem = "nuget", .version = version, .path = m->path, .line = line};
    size_t n = sdk ? strcspn(sdk, "/") : 0;
    if (!n || is(sdk, "Microsoft.NET.Sdk")) return;
    d.name = arena_dup_n(c->a, sdk, n);
    if (sdk[n] == '/') d.version = sdk + n + 1;
    if (d.name) scan_dependency(c, &d);
}

void manifest_csproj(struct scan *c, const struct manifest_text *m)
{
    struct xml_doc doc;
    const struct xml_node *sdk;
    if (!read_project(c, m, &doc)) return;
    scan_current(c)->name = stem_of(c, m->path);
    sdk = xml_child(doc.root, "Sdk");
    add_sdk(c, m, xml_attribute(doc.root, "Sdk"), NULL, 1);
    if (sdk) add_sdk(c, m, xml_attribute(sdk, "Name"), xml_attribute(sdk, "Version"), sdk->line);
    read_groups(c, m, &doc);
}

void manifest_packages_props(struct scan *c, const struct manifest_text *m)
{
    struct xml_doc doc;
    if (read_project(c, m, &doc)) read_groups(c, m, &doc);
}

void manifest_sln(struct scan *c, const struct manifest_text *m)
{
    bool dotnet = strstr(m->text, ".csproj") || strstr(m->text, ".fsproj") || strstr(m->text, ".vbproj");
    scan_current(c)->name = stem_of(c, m->path);
    if (!dotnet && strstr(m->text, ".vcxproj")) scan_current(c)->kind = "visual studio"; /* C++ */
}
