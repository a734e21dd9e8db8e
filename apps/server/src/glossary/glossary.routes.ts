import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { Glossary } from './glossary.wire.ts'

export const glossaryRoutes = [
  route({
    on: 'GET /glossary',
    may: 'signed-in',
    about: 'The words of the trade, explained; one list feeds every hover',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Glossary,
    run: ({ services }) => ({ items: [...services.library.glossary] }),
  }),
]
