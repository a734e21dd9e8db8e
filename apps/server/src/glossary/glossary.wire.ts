import { z } from 'zod'

export const Glossary = z.object({ items: z.array(z.object({ term: z.string(), means: z.string() })) })
