import { build } from './app.mjs'

const app = build({ logger: true })
await app.listen({ port: Number(process.env.PORT ?? 3000), host: '::' })
