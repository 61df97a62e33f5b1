import { z } from 'zod'

export const newNote = z.object({ text: z.string().trim().min(1).max(500) })

export interface Note {
  readonly id: number
  readonly text: string
}

/** Notes in memory, numbered from 1. */
export class NoteBook {
  readonly #notes = new Map<number, Note>()
  #last = 0

  add(text: string): Note {
    this.#last += 1
    const note = { id: this.#last, text }
    this.#notes.set(note.id, note)
    return note
  }

  find(id: number): Note | undefined {
    return this.#notes.get(id)
  }

  all(): Note[] {
    return [...this.#notes.values()]
  }

  remove(id: number): boolean {
    return this.#notes.delete(id)
  }
}
