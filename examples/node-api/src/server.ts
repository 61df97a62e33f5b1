import pino from 'pino'
import { createApp } from './app.js'

const log = pino()
const port = Number(process.env.PORT ?? 3000)
const server = createApp().listen(port, () => {
  log.info({ port }, 'listening')
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    log.info({ signal }, 'stopping')
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
