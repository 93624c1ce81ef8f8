export async function up(knex) {
  await knex.schema.createTable('books', (table) => {
    table.increments('id');
    table.string('title', 300).notNullable();
    table.string('isbn', 13).unique();
  });
}

export async function down(knex) {
  await knex.schema.dropTable('books');
}
