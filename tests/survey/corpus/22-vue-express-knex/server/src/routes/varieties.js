const { Router } = require('express')
const Joi = require('joi')
const db = require('../db')
const { NotFound } = require('../errors')

const router = Router()
const schema = Joi.object({ name: Joi.string().required(), germination: Joi.number().min(0).max(100) })

router.get('/', async (req, res) => res.json(await db('varieties').select()))

router.get('/:id', async (req, res) => {
  const row = await db('varieties').where({ id: req.params.id }).first()
  if (!row) throw new NotFound('variety')
  res.json(row)
})

router.post('/', async (req, res) => {
  const [id] = await db('varieties').insert(Joi.attempt(req.body, schema))
  res.status(201).json({ id })
})

router
  .route('/:id/lots')
  .get(async (req, res) => res.json(await db('lots').where({ variety_id: req.params.id })))

module.exports = router
