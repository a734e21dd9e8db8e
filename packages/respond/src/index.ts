export { createDesk, type Desk, type DeskContent } from './desk.ts'
export { type AlertMove, type AlertWork, type IncidentMove, moveAlert, moveIncident, type Refusal } from './moves.ts'
