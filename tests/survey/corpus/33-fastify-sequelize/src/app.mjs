import sensible from '@fastify/sensible'
import Fastify from 'fastify'
import singers from './singers/routes.mjs'

export function build (options) {
  const app = Fastify(options)
  app.register(sensible)
  app.register(singers, { prefix: '/singers' })
  app.route({
    method: 'GET',
    url: '/live',
    handler: async () => ({ live: true })
  })
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ err: error }, 'request failed')
    reply.status(error.statusCode ?? 500).send({ message: error.message })
  })
  return app
}
