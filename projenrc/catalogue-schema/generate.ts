import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validatorSource } from './validator-source';

/** Writes the schema's compiled validator. Compiling at build time spares every start of the command line the schema compiler. */
writeFileSync(join(__dirname, '..', '..', 'cli', 'catalogue', 'schema-validator.generated.ts'), validatorSource());
