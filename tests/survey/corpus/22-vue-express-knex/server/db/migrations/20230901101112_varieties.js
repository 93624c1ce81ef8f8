exports.up = (knex) =>
  knex.schema.createTable('varieties', (t) => {
    t.increments()
    t.string('name').notNullable().unique()
    t.integer('germination').notNullable()
  })

exports.down = (knex) => knex.schema.dropTable('varieties')
