exports.up = async (knex) => {
  await knex.schema.createTable('lots', (t) => {
    t.increments()
    t.integer('variety_id').unsigned().references('varieties.id')
    t.date('harvested')
  })
}

exports.down = (knex) => knex.schema.dropTable('lots')
