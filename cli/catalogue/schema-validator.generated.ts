// Generated from schema/catalogue.schema.json by `npm run schema`. Do not edit.
// @ts-nocheck
/* eslint-disable */
"use strict";
export const validate = validate20;
export default validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://unpkg.com/cdk-modular-pipeline/schema/catalogue.schema.json","title":"Catalogue of a modular pipeline","description":"All components of one pipeline: what each is made of and what it depends on. Written by synth, by `cdk-modular-pipeline discover`, or by hand. All paths and globs are relative to the repository's root and use `/`.","type":"object","required":["version","components"],"additionalProperties":false,"properties":{"$schema":{"description":"This schema, for editors.","type":"string"},"version":{"description":"Version of this format.","const":1},"solution":{"description":"Names the pipeline in tables that several pipelines share.","type":"string","minLength":1},"components":{"description":"The units of the repository that are built, versioned and deployed by themselves.","type":"array","items":{"$ref":"#/$defs/component"}},"globalPaths":{"description":"Globs of files that affect every component, such as a lockfile.","$ref":"#/$defs/globs"},"unownedPaths":{"description":"What a changed file that no component owns means: nothing (`ignore`), every component is affected (`all`), or the plan is refused (`error`).","enum":["ignore","all","error"],"default":"ignore"},"traceLockfiles":{"description":"Lockfiles and root manifests (npm, pnpm, yarn) among `globalPaths` affect only the components whose resolved dependencies changed, instead of all.","type":"boolean","default":false},"sharedPackages":{"description":"With `traceLockfiles`: of the packages that the root's manifest names, which components use them. A package that is not listed is used by all; a component listed under none of a package's uses doesn't use it.","type":"object","additionalProperties":{"type":"object","additionalProperties":false,"properties":{"build":{"description":"What is built of these components may contain the package or be made with it.","$ref":"#/$defs/names"},"test":{"description":"Only the tests and checks of these components use the package.","$ref":"#/$defs/names"}}}}},"$defs":{"globs":{"type":"array","items":{"type":"string","minLength":1}},"names":{"type":"array","items":{"$ref":"#/$defs/name"}},"name":{"description":"A component's name: that of its ecosystem, such as `@scope/name`.","type":"string","minLength":1},"component":{"type":"object","required":["name","path"],"additionalProperties":false,"properties":{"name":{"$ref":"#/$defs/name"},"path":{"description":"A folder or a file, taken literally: not a glob. `.` is the repository's root.","type":"string","minLength":1},"include":{"description":"Globs of further files that the component is made of.","$ref":"#/$defs/globs"},"exclude":{"description":"Globs of files that are not the component's although `path` or `include` selects them.","$ref":"#/$defs/globs"},"dependsOn":{"description":"Components whose change affects this one and, through it, its own dependents.","$ref":"#/$defs/names"},"testDependsOn":{"description":"Components whose change re-tests this one and goes no further.","$ref":"#/$defs/names"},"testPackages":{"description":"With `traceLockfiles`: packages from the ecosystem's registry that only the component's tests and checks use. A change of them re-tests the component and goes no further.","type":"array","items":{"type":"string","minLength":1}},"interface":{"description":"Globs of what dependents read of this component: a change outside them affects the component, not its dependents. Everything is read where absent.","$ref":"#/$defs/globs"},"build":{"$ref":"#/$defs/build"}}},"build":{"description":"How the component is built and what becomes of its artifact. Written by synth; absent in a catalogue that is only compared.","type":"object","required":["digest","kind","artifact","parameters"],"properties":{"digest":{"description":"Digest of the whole definition: a component whose digest differs from its last build's has changed.","type":"string","minLength":1},"kind":{"type":"string","minLength":1},"artifact":{"type":"object","required":["type"],"properties":{"type":{"enum":["image","zip","file","files","none"]}}},"parameters":{"description":"The template parameters that receive the location of the component's build.","type":"array","items":{"type":"object","required":["name","part"],"properties":{"name":{"type":"string","minLength":1},"part":{"anyOf":[{"enum":["location","bucket","key"]},{"type":"object","required":["file"],"properties":{"file":{"type":"string","minLength":1}}}]}}}}}}}};
const schema34 = {"type":"array","items":{"type":"string","minLength":1}};
const func1 = require("ajv/dist/runtime/ucs2length").default;
const schema32 = {"type":"object","required":["name","path"],"additionalProperties":false,"properties":{"name":{"$ref":"#/$defs/name"},"path":{"description":"A folder or a file, taken literally: not a glob. `.` is the repository's root.","type":"string","minLength":1},"include":{"description":"Globs of further files that the component is made of.","$ref":"#/$defs/globs"},"exclude":{"description":"Globs of files that are not the component's although `path` or `include` selects them.","$ref":"#/$defs/globs"},"dependsOn":{"description":"Components whose change affects this one and, through it, its own dependents.","$ref":"#/$defs/names"},"testDependsOn":{"description":"Components whose change re-tests this one and goes no further.","$ref":"#/$defs/names"},"testPackages":{"description":"With `traceLockfiles`: packages from the ecosystem's registry that only the component's tests and checks use. A change of them re-tests the component and goes no further.","type":"array","items":{"type":"string","minLength":1}},"interface":{"description":"Globs of what dependents read of this component: a change outside them affects the component, not its dependents. Everything is read where absent.","$ref":"#/$defs/globs"},"build":{"$ref":"#/$defs/build"}}};
const schema33 = {"description":"A component's name: that of its ecosystem, such as `@scope/name`.","type":"string","minLength":1};
const schema39 = {"description":"How the component is built and what becomes of its artifact. Written by synth; absent in a catalogue that is only compared.","type":"object","required":["digest","kind","artifact","parameters"],"properties":{"digest":{"description":"Digest of the whole definition: a component whose digest differs from its last build's has changed.","type":"string","minLength":1},"kind":{"type":"string","minLength":1},"artifact":{"type":"object","required":["type"],"properties":{"type":{"enum":["image","zip","file","files","none"]}}},"parameters":{"description":"The template parameters that receive the location of the component's build.","type":"array","items":{"type":"object","required":["name","part"],"properties":{"name":{"type":"string","minLength":1},"part":{"anyOf":[{"enum":["location","bucket","key"]},{"type":"object","required":["file"],"properties":{"file":{"type":"string","minLength":1}}}]}}}}}};
const func2 = Object.prototype.hasOwnProperty;
const schema36 = {"type":"array","items":{"$ref":"#/$defs/name"}};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
if(typeof data0 === "string"){
if(func1(data0) < 1){
const err0 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.path === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema32.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(func1(data0) < 1){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.path !== undefined){
let data1 = data.path;
if(typeof data1 === "string"){
if(func1(data1) < 1){
const err5 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.include !== undefined){
let data2 = data.include;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 === "string"){
if(func1(data3) < 1){
const err7 = {instancePath:instancePath+"/include/" + i0,schemaPath:"#/$defs/globs/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/include/" + i0,schemaPath:"#/$defs/globs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/include",schemaPath:"#/$defs/globs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.exclude !== undefined){
let data4 = data.exclude;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
if(typeof data5 === "string"){
if(func1(data5) < 1){
const err10 = {instancePath:instancePath+"/exclude/" + i1,schemaPath:"#/$defs/globs/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/exclude/" + i1,schemaPath:"#/$defs/globs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/exclude",schemaPath:"#/$defs/globs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.dependsOn !== undefined){
if(!(validate22(data.dependsOn, {instancePath:instancePath+"/dependsOn",parentData:data,parentDataProperty:"dependsOn",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.testDependsOn !== undefined){
if(!(validate22(data.testDependsOn, {instancePath:instancePath+"/testDependsOn",parentData:data,parentDataProperty:"testDependsOn",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.testPackages !== undefined){
let data8 = data.testPackages;
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
let data9 = data8[i2];
if(typeof data9 === "string"){
if(func1(data9) < 1){
const err13 = {instancePath:instancePath+"/testPackages/" + i2,schemaPath:"#/properties/testPackages/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/testPackages/" + i2,schemaPath:"#/properties/testPackages/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/testPackages",schemaPath:"#/properties/testPackages/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.interface !== undefined){
let data10 = data.interface;
if(Array.isArray(data10)){
const len3 = data10.length;
for(let i3=0; i3<len3; i3++){
let data11 = data10[i3];
if(typeof data11 === "string"){
if(func1(data11) < 1){
const err16 = {instancePath:instancePath+"/interface/" + i3,schemaPath:"#/$defs/globs/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/interface/" + i3,schemaPath:"#/$defs/globs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/interface",schemaPath:"#/$defs/globs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.build !== undefined){
let data12 = data.build;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.digest === undefined){
const err19 = {instancePath:instancePath+"/build",schemaPath:"#/$defs/build/required",keyword:"required",params:{missingProperty: "digest"},message:"must have required property '"+"digest"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data12.kind === undefined){
const err20 = {instancePath:instancePath+"/build",schemaPath:"#/$defs/build/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data12.artifact === undefined){
const err21 = {instancePath:instancePath+"/build",schemaPath:"#/$defs/build/required",keyword:"required",params:{missingProperty: "artifact"},message:"must have required property '"+"artifact"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data12.parameters === undefined){
const err22 = {instancePath:instancePath+"/build",schemaPath:"#/$defs/build/required",keyword:"required",params:{missingProperty: "parameters"},message:"must have required property '"+"parameters"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data12.digest !== undefined){
let data13 = data12.digest;
if(typeof data13 === "string"){
if(func1(data13) < 1){
const err23 = {instancePath:instancePath+"/build/digest",schemaPath:"#/$defs/build/properties/digest/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/build/digest",schemaPath:"#/$defs/build/properties/digest/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data12.kind !== undefined){
let data14 = data12.kind;
if(typeof data14 === "string"){
if(func1(data14) < 1){
const err25 = {instancePath:instancePath+"/build/kind",schemaPath:"#/$defs/build/properties/kind/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/build/kind",schemaPath:"#/$defs/build/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data12.artifact !== undefined){
let data15 = data12.artifact;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.type === undefined){
const err27 = {instancePath:instancePath+"/build/artifact",schemaPath:"#/$defs/build/properties/artifact/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data15.type !== undefined){
let data16 = data15.type;
if(!(((((data16 === "image") || (data16 === "zip")) || (data16 === "file")) || (data16 === "files")) || (data16 === "none"))){
const err28 = {instancePath:instancePath+"/build/artifact/type",schemaPath:"#/$defs/build/properties/artifact/properties/type/enum",keyword:"enum",params:{allowedValues: schema39.properties.artifact.properties.type.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/build/artifact",schemaPath:"#/$defs/build/properties/artifact/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data12.parameters !== undefined){
let data17 = data12.parameters;
if(Array.isArray(data17)){
const len4 = data17.length;
for(let i4=0; i4<len4; i4++){
let data18 = data17[i4];
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(data18.name === undefined){
const err30 = {instancePath:instancePath+"/build/parameters/" + i4,schemaPath:"#/$defs/build/properties/parameters/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data18.part === undefined){
const err31 = {instancePath:instancePath+"/build/parameters/" + i4,schemaPath:"#/$defs/build/properties/parameters/items/required",keyword:"required",params:{missingProperty: "part"},message:"must have required property '"+"part"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data18.name !== undefined){
let data19 = data18.name;
if(typeof data19 === "string"){
if(func1(data19) < 1){
const err32 = {instancePath:instancePath+"/build/parameters/" + i4+"/name",schemaPath:"#/$defs/build/properties/parameters/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/build/parameters/" + i4+"/name",schemaPath:"#/$defs/build/properties/parameters/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data18.part !== undefined){
let data20 = data18.part;
const _errs45 = errors;
let valid19 = false;
const _errs46 = errors;
if(!(((data20 === "location") || (data20 === "bucket")) || (data20 === "key"))){
const err34 = {instancePath:instancePath+"/build/parameters/" + i4+"/part",schemaPath:"#/$defs/build/properties/parameters/items/properties/part/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema39.properties.parameters.items.properties.part.anyOf[0].enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
var _valid0 = _errs46 === errors;
valid19 = valid19 || _valid0;
const _errs47 = errors;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(data20.file === undefined){
const err35 = {instancePath:instancePath+"/build/parameters/" + i4+"/part",schemaPath:"#/$defs/build/properties/parameters/items/properties/part/anyOf/1/required",keyword:"required",params:{missingProperty: "file"},message:"must have required property '"+"file"+"'"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data20.file !== undefined){
let data21 = data20.file;
if(typeof data21 === "string"){
if(func1(data21) < 1){
const err36 = {instancePath:instancePath+"/build/parameters/" + i4+"/part/file",schemaPath:"#/$defs/build/properties/parameters/items/properties/part/anyOf/1/properties/file/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/build/parameters/" + i4+"/part/file",schemaPath:"#/$defs/build/properties/parameters/items/properties/part/anyOf/1/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/build/parameters/" + i4+"/part",schemaPath:"#/$defs/build/properties/parameters/items/properties/part/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
var _valid0 = _errs47 === errors;
valid19 = valid19 || _valid0;
if(_valid0){
var props0 = {};
props0.file = true;
}
if(!valid19){
const err39 = {instancePath:instancePath+"/build/parameters/" + i4+"/part",schemaPath:"#/$defs/build/properties/parameters/items/properties/part/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
else {
errors = _errs45;
if(vErrors !== null){
if(_errs45){
vErrors.length = _errs45;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err40 = {instancePath:instancePath+"/build/parameters/" + i4,schemaPath:"#/$defs/build/properties/parameters/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/build/parameters",schemaPath:"#/$defs/build/properties/parameters/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/build",schemaPath:"#/$defs/build/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://unpkg.com/cdk-modular-pipeline/schema/catalogue.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.components === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "components"},message:"must have required property '"+"components"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "$schema") || (key0 === "version")) || (key0 === "solution")) || (key0 === "components")) || (key0 === "globalPaths")) || (key0 === "unownedPaths")) || (key0 === "traceLockfiles")) || (key0 === "sharedPackages"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.$schema !== undefined){
if(typeof data.$schema !== "string"){
const err3 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.version !== undefined){
if(1 !== data.version){
const err4 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.solution !== undefined){
let data2 = data.solution;
if(typeof data2 === "string"){
if(func1(data2) < 1){
const err5 = {instancePath:instancePath+"/solution",schemaPath:"#/properties/solution/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/solution",schemaPath:"#/properties/solution/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.components !== undefined){
let data3 = data.components;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(!(validate21(data3[i0], {instancePath:instancePath+"/components/" + i0,parentData:data3,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath:instancePath+"/components",schemaPath:"#/properties/components/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.globalPaths !== undefined){
let data5 = data.globalPaths;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
let data6 = data5[i1];
if(typeof data6 === "string"){
if(func1(data6) < 1){
const err8 = {instancePath:instancePath+"/globalPaths/" + i1,schemaPath:"#/$defs/globs/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/globalPaths/" + i1,schemaPath:"#/$defs/globs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/globalPaths",schemaPath:"#/$defs/globs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.unownedPaths !== undefined){
let data7 = data.unownedPaths;
if(!(((data7 === "ignore") || (data7 === "all")) || (data7 === "error"))){
const err11 = {instancePath:instancePath+"/unownedPaths",schemaPath:"#/properties/unownedPaths/enum",keyword:"enum",params:{allowedValues: schema31.properties.unownedPaths.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.traceLockfiles !== undefined){
if(typeof data.traceLockfiles !== "boolean"){
const err12 = {instancePath:instancePath+"/traceLockfiles",schemaPath:"#/properties/traceLockfiles/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.sharedPackages !== undefined){
let data9 = data.sharedPackages;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key1 in data9){
let data10 = data9[key1];
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key2 in data10){
if(!((key2 === "build") || (key2 === "test"))){
const err13 = {instancePath:instancePath+"/sharedPackages/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/sharedPackages/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data10.build !== undefined){
if(!(validate22(data10.build, {instancePath:instancePath+"/sharedPackages/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/build",parentData:data10,parentDataProperty:"build",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data10.test !== undefined){
if(!(validate22(data10.test, {instancePath:instancePath+"/sharedPackages/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/test",parentData:data10,parentDataProperty:"test",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
}
else {
const err14 = {instancePath:instancePath+"/sharedPackages/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/sharedPackages/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/sharedPackages",schemaPath:"#/properties/sharedPackages/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

