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
        if (d.version && d.version[0] == '$') d.version = NULL;
        if (d.name) scan_dependency(c, &d);
    }
}

static void add_properties(struct scan *c, const struct manifest_text *m, const struct xml_node *group)
{
    const struct xml_node *framework = xml_child(group, "TargetFramework");
    struct survey_dependency d = {.name = "dotnet", .ecosystem = "runtime", .path = m->path};
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

void manifest_csproj(struct scan *c, const struct manifest_text *m)
{
    struct xml_doc doc;
    const char *sdk;
    if (!read_project(c, m, &doc)) return;
    scan_current(c)->name = stem_of(c, m->path);
    sdk = xml_attribute(doc.root, "Sdk");
    if (is(sdk, "Microsoft.NET.Sdk.Web") || is(sdk, "Microsoft.NET.Sdk.Worker")) {
        const struct survey_dependency d = {.name = sdk, .ecosystem = "nuget", .path = m->path, .line = 1};
        scan_dependency(c, &d);
    }
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
