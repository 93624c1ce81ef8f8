using Microsoft.EntityFrameworkCore.Migrations;

namespace Parking.Api.Migrations;

public partial class Garages : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("Garages", t => new { Id = t.Column<int>(), Name = t.Column<string>() });
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("Garages");
}
