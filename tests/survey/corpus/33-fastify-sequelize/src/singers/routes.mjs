import { Singer } from './model.mjs'

export default async function routes (app) {
  app.get('/', async () => Singer.findAll())

  app.get('/:id', async (request) => {
    const singer = await Singer.findByPk(request.params.id)
    return singer ?? app.httpErrors.notFound('no such singer')
  })

  app.put('/:id/voice', {
    schema: { body: { type: 'object', required: ['voice'], properties: { voice: { enum: ['soprano', 'alto', 'tenor', 'bass'] } } } }
  }, async (request) => Singer.update(request.body, { where: { id: request.params.id } }))
}
