import { BUILDING } from './building';
import { Defect } from './defect';
import { PLANNING } from './planning';

export const DEFECTS: readonly Defect[] = [...PLANNING, ...BUILDING];
