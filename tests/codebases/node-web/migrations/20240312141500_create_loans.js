export async function up(knex) {
  await knex.schema.createTable('loans', (table) => {
    table.increments('id');
    table.integer('book_id').notNullable().references('books.id');
    table.string('borrower', 200).notNullable();
    table.timestamp('due_at').notNullable();
  });
}

export async function down(knex) {
  await knex.schema.dropTable('loans');
}
