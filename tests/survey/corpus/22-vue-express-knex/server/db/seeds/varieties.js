exports.seed = (knex) => knex('varieties').insert([{ name: 'Marmande', germination: 92 }])
