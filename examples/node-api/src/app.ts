import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { NoteBook, newNote } from './notes.js'

/** The API, without a listening socket, so that tests can drive it. */
export function createApp(notes = new NoteBook()): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json({ limit: '16kb' }))

  app.get('/health', (_request, response) => {
    response.json({ status: 'ok' })
  })

  app.get('/notes', (_request, response) => {
    response.json(notes.all())
  })

  app.post('/notes', (request, response) => {
    const parsed = newNote.safeParse(request.body)
    if (!parsed.success) {
      response.status(400).json({ error: parsed.error.issues.map((issue) => issue.message).join('; ') })
      return
    }
    response.status(201).json(notes.add(parsed.data.text))
  })

  app.get('/notes/:id', (request, response) => {
    const note = notes.find(Number(request.params.id))
    if (note === undefined) response.status(404).json({ error: 'no such note' })
    else response.json(note)
  })

  app.delete('/notes/:id', (request, response) => {
    response.status(notes.remove(Number(request.params.id)) ? 204 : 404).end()
  })

  app.use((error: Error & { status?: number }, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error)
    else response.status(error.status ?? 500).json({ error: error.message })
  })

  return app
}
