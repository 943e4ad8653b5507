import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read models. Nothing in here is the truth: `rebuild` makes all of it again from the log. */
export class ReadModels1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE release_summary, story_entry, unit_version, projection_checkpoint');
  }
}

const UP = [
  `CREATE TABLE projection_checkpoint (
     name     text   PRIMARY KEY,
     position bigint NOT NULL
   )`,
  `INSERT INTO projection_checkpoint VALUES ('read-models', -1)`,
  `CREATE TABLE release_summary (
     release            text           PRIMARY KEY,
     name               text           NOT NULL,
     service            text           NOT NULL,
     version            text           NOT NULL,
     risk               text           NOT NULL,
     state              text           NOT NULL,
     author             text           NOT NULL,
     reason             text           NOT NULL,
     submitted_at       timestamptz(3) NOT NULL,
     submitted_position bigint         NOT NULL,
     started_at         timestamptz(3),
     started_by_kind    text,
     started_by         text,
     ended_at           timestamptz(3),
     turned_by_kind     text,
     turned_by          text,
     turned_because     text,
     revision           integer        NOT NULL
   )`,
  'CREATE UNIQUE INDEX release_summary_newest ON release_summary (submitted_position)',
  `CREATE TABLE story_entry (
     stream     text           NOT NULL,
     revision   integer        NOT NULL,
     position   bigint         NOT NULL,
     at         timestamptz(3) NOT NULL,
     type       text           NOT NULL,
     release    text,
     batch      text,
     unit       text,
     actor_kind text           NOT NULL,
     actor_id   text           NOT NULL,
     reason     text,
     sentence   text           NOT NULL,
     evidence   jsonb,
     PRIMARY KEY (stream, revision)
   )`,
  'CREATE INDEX story_entry_of_release ON story_entry (release, position)',
  'CREATE INDEX story_entry_of_actor ON story_entry (actor_id, position)',
  `CREATE TABLE unit_version (
     unit       text           NOT NULL,
     position   bigint         NOT NULL,
     step       smallint       NOT NULL,
     since      timestamptz(3) NOT NULL,
     version    text,
     previous   text,
     how        text           NOT NULL,
     release    text           NOT NULL,
     batch      text           NOT NULL,
     actor_kind text           NOT NULL,
     actor_id   text           NOT NULL,
     reason     text,
     PRIMARY KEY (unit, position, step)
   )`,
];
