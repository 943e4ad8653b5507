import { Column, Entity, PrimaryColumn } from 'typeorm';
import { moment, position } from './columns.js';

/** How a release stands, and what later rows need to know of it: who started it, who turned it round. */
@Entity('release_summary')
export class ReleaseSummaryRow {
  @PrimaryColumn('text')
  release!: string;

  @Column('text')
  name!: string;

  @Column('text')
  service!: string;

  @Column('text')
  version!: string;

  @Column('text')
  risk!: string;

  @Column('text')
  state!: string;

  @Column('text')
  author!: string;

  @Column('text')
  reason!: string;

  @Column({ ...moment, name: 'submitted_at' })
  submittedAt!: string;

  @Column({ ...position, name: 'submitted_position' })
  submittedPosition!: number;

  @Column({ ...moment, name: 'started_at', nullable: true })
  startedAt!: string | null;

  @Column({ type: 'text', name: 'started_by_kind', nullable: true })
  startedByKind!: string | null;

  @Column({ type: 'text', name: 'started_by', nullable: true })
  startedBy!: string | null;

  @Column({ ...moment, name: 'ended_at', nullable: true })
  endedAt!: string | null;

  /** Who began the last rollback, and why: a person, or a rule by its id. */
  @Column({ type: 'text', name: 'turned_by_kind', nullable: true })
  turnedByKind!: string | null;

  @Column({ type: 'text', name: 'turned_by', nullable: true })
  turnedBy!: string | null;

  @Column({ type: 'text', name: 'turned_because', nullable: true })
  turnedBecause!: string | null;

  /** The newest revision of the release's stream that is in here. */
  @Column('integer')
  revision!: number;
}
