using Microsoft.EntityFrameworkCore.Migrations;

namespace Parking.Api.Migrations;

public partial class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("Tickets", t => new { Id = t.Column<Guid>(), Plate = t.Column<string>(maxLength: 12) });
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("Tickets");
}
