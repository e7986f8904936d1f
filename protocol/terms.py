"""The closed word lists of the project, each word defined, so that `mps terms` can print them.

A word that is not in its list does not exist: readers refuse it. The file is long because it is a dictionary,
one line a word; it has nothing to execute beyond turning those lines into tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["LISTS", "Truth", "WordList"]


class Truth(StrEnum):
    """What a condition says of a patient, by Kleene's three values."""

    APPLIES = "applies"
    DOES_NOT_APPLY = "does-not-apply"
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True)
class WordList:
    """One closed list: its name, what it is for, and each word with its meaning, in printing order."""

    name: str
    meaning: str
    words: Mapping[str, str]


LISTS: dict[str, WordList] = {}
"""Every list by name."""


def _define(text: str) -> None:
    """Add lists: a line "name = meaning", then a line "word: meaning" for each word."""
    name, meaning = "", ""
    words: dict[str, str] = {}
    for line in [*text.strip().splitlines(), " = "]:
        if " = " in line:
            if name:
                LISTS[name] = WordList(name, meaning, words)
            name, _, meaning = line.partition(" = ")
            words = {}
        elif line:
            word, _, sense = line.partition(": ")
            words[word] = sense


# Verdicts.
_define("""
truth = What a condition says of a patient.
applies: It holds for every value that is still possible.
does-not-apply: It holds for no value that is still possible.
cannot-tell: It holds for some of the values that are still possible.
""")

# What holds for any finding.
_define("""
presence = Whether a sign, symptom or state is there.
present: It was looked or asked for, and is there; yes is read as present.
absent: It was looked or asked for, and is not there; no is read as absent.

source = Where a value comes from.
measured: Measured with an instrument, or reported by a laboratory.
patient: Said by the patient.
carer: Said by a carer for the patient.
clinician: Seen, counted or judged by a clinician.
record: Copied from the chart.
estimate: An honest guess; write it as a range.
episode: Carried over from an earlier assessment of the same episode.

assessor-role = Who examined the patient.
doctor: A doctor.
nurse: A nurse.
pharmacist: A pharmacist.
physiotherapist: A physiotherapist.
other: Another professional.

information-source = Who gave the pain scores; the patient's own word outranks a proxy.
patient: The patient.
carer_proxy: A carer speaking for the patient.
clinician_proxy: A clinician judging for the patient.
record_only: Nobody was asked; the scores come from the chart.
""")

# Patient and vital signs.
_define("""
sex-at-birth = Used by the formulas for kidney function only.
female: Female.
male: Male.
intersex: Intersex.

pregnancy = Pregnancy status.
not_applicable: Pregnancy is not possible.
absent: Not pregnant.
present: Pregnant.

gene-test = Result of a test for one risk allele.
negative: Tested, allele not found.
positive: Tested, allele found.
untested: The test was never done.

metaboliser = Speed of one drug-metabolising enzyme, from a gene test.
poor: Little or no enzyme activity.
normal: Ordinary or intermediate activity.
ultrarapid: Much increased activity.
untested: The test was never done.

consciousness = ACVPU, as in the National Early Warning Score 2.
A: Alert.
C: New confusion.
V: Responds to voice.
P: Responds to pain.
U: Unresponsive.

sedation = Pasero opioid-induced sedation scale.
S: Asleep, easy to rouse.
1: Awake and alert.
2: A little drowsy, easy to rouse.
3: Drifts off while talking.
4: Hardly or not rousable.
""")

# Prognosis, goals, setting.
_define("""
prognosis = How long the clinician expects the patient to live.
hours_days: Less than 7 days.
weeks: 7 to 28 days.
short_months: 1 to 3 months.
months: 3 to 12 months.
years: More than 12 months.

goals-of-care = What care is for, as agreed with the patient or proxy.
disease_modifying: Treat the disease as well as its symptoms.
palliative_active: Symptom relief with active treatment of what can be reversed.
comfort_focused: Comfort first; burdensome tests and treatment are avoided.
last_days: Agreed care of the dying.

care-setting = Where the plan will run.
acute_hospital: Hospital ward or unit.
hospice_inpatient: Hospice bed.
outpatient: Clinic; lives at home.
home: At home.
care_home: Nursing or residential home.

monitoring = How often a clinician can review the patient.
continuous: Watched all the time.
daily: Every day.
twice_weekly: Twice a week.
weekly_or_less: Once a week or less.

capacity = Capacity to decide on the treatment in question.
present: Has capacity.
absent: Lacks capacity.
fluctuating: Comes and goes.

escalation-ceiling = The most that was agreed to be done.
full: No limit agreed.
ward_based: Ward treatment, no intensive care.
hospice_only: Hospice treatment.
home_only: Stay at home.
""")

# Pain.
_define("""
pain-scale = The tool with which pain was scored; scores of two tools are never compared.
NRS: Numbers from 0 to 10 said by the patient.
VAS_mm: A mark on a line of 100 mm.
VRS: Words said by the patient.
PAINAD: Observed behaviour, 0 to 10.
Abbey: Observed behaviour, 0 to 18.

side = Side of the body.
left: Left.
right: Right.
bilateral: Both sides.
midline: In the middle.

image-side = Side of what a scan shows.
left: Left.
right: Right.
bilateral: Both sides.
none: Neither side.

pain-site = Where it hurts, from a body map.
low_back: Lower back.
flank: Between ribs and pelvis, at the side.
groin: Groin.
hip: Hip.
anterior_thigh: Front of the thigh.
medial_thigh: Inner thigh.
lateral_thigh: Outer thigh.
knee: Knee.
buttock: Buttock.
posterior_thigh: Back of the thigh.
lower_leg: Between knee and ankle.
foot: Foot.
abdomen: Abdomen.
perineum: Perineum.
thoracic_spine: Spine, chest part.
cervical_spine: Neck.
arm: Arm.
other: Another place.

pain-onset = How the pain began.
sudden: Within minutes to 24 hours.
subacute: Over 1 to 14 days.
gradual: Over more than 14 days.

breakthrough-type = What triggers the flares of pain.
none: There are no flares.
spontaneous: Nothing that can be named.
incident_volitional: A movement the patient chooses to make.
incident_nonvolitional: A movement not chosen, such as a cough.
procedural: Care or a procedure.
end_of_dose: The time before the next regular dose.
""")

# Neurology.
_define("""
exam = How much of the neurological examination of legs, saddle and soles was done.
present: All of it.
partial: Part of it.
absent: None of it.

reflex = Tendon reflex on the painful side, against the other.
absent: Not there.
reduced: Weaker than the other side or than expected.
normal: As expected.
brisk: Stronger than expected.

plantar = Response of the big toe to a stroke of the sole.
flexor: Down: normal.
extensor: Up: a cord sign.
equivocal: Neither clearly.

sensation = Touch or tone as found.
normal: Normal.
reduced: Less than normal.

bladder = Passing urine.
normal: Normal.
hesitancy_new: Newly slow to start.
retention: Cannot empty.
incontinence_new: Newly leaks.
catheterised_longterm: Long-term catheter, for another reason.

bowel = Passing stool.
normal: Normal.
constipated: Constipated.
incontinence_new: Newly incontinent.

gait = Walking.
normal: Normal.
antalgic: Limps from pain.
difficulty_new: New difficulty.
unable_new: Newly unable.
unable_longterm: Unable for long, for another reason.
""")

# Psoas and spine.
_define("""
test-result = Result of a test.
positive: Positive.
negative: Negative.

ability = Whether the patient can do it.
able: Can.
unable: Cannot.

imaging-modality = The best scan that covers the psoas from T12 to the lesser trochanter.
ct: CT without contrast.
ct_contrast: CT with contrast.
mri: MRI.
pet_ct: PET-CT.
ultrasound: Ultrasound.
none: No scan was done.

psoas-involvement = What the scan says about tumour and psoas.
none: The psoas is free.
abutting: Tumour touches it.
infiltration_partial: Tumour grows into part of it.
infiltration_extensive: Tumour has replaced much of it.
atrophy_only: Thin muscle, no tumour.

psoas-origin = How the tumour came to the psoas.
intramuscular_met: A metastasis inside the muscle.
nodal_extension: From lymph nodes.
bone_extension: From bone.
primary_psoas: It began in the muscle.
peritoneal_or_organ_extension: From peritoneum or an organ.

plexus-imaging = The lumbar plexus on MRI.
none: Looks free.
suspected: Perhaps involved.
definite: Enlarged, enhancing or encased.

collection = A collection in the psoas, as reported.
none: No collection.
haematoma: Blood.
abscess: Pus.
necrotic_tumour: Dead tumour.
indeterminate: Cannot be told from the scan.

swelling = Swelling of the legs.
none: No swelling.
unilateral: One leg.
bilateral: Both legs.

sins-location = Spinal instability score: level of the lesion.
junctional: Occiput to C2, C7 to T2, T11 to L1, L5 to S1.
mobile: C3 to C6, L2 to L4.
semirigid: T3 to T10.
rigid: S2 to S5.

sins-pain = Spinal instability score: pain.
mechanical: Worse when loaded, better lying.
occasional_nonmechanical: Now and then, not mechanical.
painfree: No pain.

sins-lesion = Spinal instability score: bone lesion.
lytic: Bone is lost.
mixed: Lost and formed.
blastic: Bone is formed.

sins-alignment = Spinal instability score: alignment.
subluxation_translation: Slipped.
deformity_denovo: New kyphosis or scoliosis.
normal: Normal.

sins-collapse = Spinal instability score: collapse of the vertebral body.
gt50: More than half of the height.
lt50: Less than half of the height.
none_gt50_body: No collapse, more than half of the body involved.
none: None of these.

sins-posterolateral = Spinal instability score: facet, pedicle or rib joint involved.
bilateral: On both sides.
unilateral: On one side.
none: On neither.

escc = Epidural spinal cord compression grade of Bilsky.
0: Bone only.
1a: Touches the dura.
1b: Deforms the dural sac.
1c: Reaches the cord.
2: Compresses the cord, fluid still visible.
3: Compresses the cord, no fluid visible.
""")

# Laboratory, organs, infection.
_define("""
clotting-test = Result of a clotting test that has no common unit.
normal: Within the laboratory's limits.
prolonged: Longer than the laboratory's limits.

qtc-formula = How the QT interval was corrected for heart rate.
bazett: Bazett.
fridericia: Fridericia.

dialysis = Dialysis.
none: No dialysis.
haemodialysis: Haemodialysis.
peritoneal: Peritoneal dialysis.

ascites = Fluid in the abdomen.
none: None.
mild: Little, or controlled by treatment.
moderate_severe: Much.

encephalopathy = Brain effect of liver failure.
none: None.
grade1_2: Grade 1 or 2.
grade3_4: Grade 3 or 4.

infection = An infection anywhere.
none: None.
treated: Under treatment.
untreated: Not treated.
""")

# History.
_define("""
ulcer = Peptic ulcer.
none: Never.
past: Healed.
active: Now.

heart-failure = NYHA class, from symptoms.
none: No heart failure.
I: No limit.
II: Slight limit.
III: Marked limit.
IV: Symptoms at rest.

copd = Chronic obstructive lung disease.
none: None.
mild_moderate: Mild or moderate.
severe: Severe.

sleep-apnoea = Sleep apnoea; a STOP-Bang score of 5 or more without treatment counts as untreated.
none: None.
treated: Treated.
untreated: Not treated.

diabetes = Diabetes, by its treatment.
none: None.
diet: Diet only.
oral: Tablets.
insulin: Insulin.

opioid-use-disorder = Opioid use disorder.
never: Never.
past: In the past.
current: Now, without agonist treatment.
on_agonist_treatment: On agonist treatment; the medicine itself stands among the current medicines.

bowel-obstruction = Obstruction of the bowel.
absent: None.
incomplete: Incomplete.
complete: Complete.
ileus: The bowel stands still without a mechanical stop.

condition = What a problem list may hold; one that is not in this list is written as other.
paralytic_ileus: The bowel stands still.
acute_severe_asthma: Severe asthma attack, not monitored.
nsaid_sensitive_asthma: Asthma set off by NSAIDs.
acute_porphyria: Acute porphyria.
av_block: Second or third degree heart block without a pacemaker.
significant_arrhythmia: Arrhythmia that needs treatment or watching.
long_qt_syndrome: Inherited long QT.
angle_closure_glaucoma: Angle-closure glaucoma, not under control.
urinary_retention: Cannot empty the bladder.
uncontrolled_seizures: Seizures go on in spite of treatment.
urea_cycle_disorder: Urea cycle disorder.
polg_disorder: Mitochondrial disease from the POLG gene.
psychosis_active: Psychosis now.
steroid_psychosis: Psychosis or mania under a corticosteroid before.
phaeochromocytoma: Phaeochromocytoma.
hyperthyroidism: Overactive thyroid.
hypoparathyroidism: Low parathyroid function.
inflammatory_bowel_disease: Crohn's disease or ulcerative colitis.
peripheral_arterial_disease: Narrow leg arteries.
cerebrovascular_disease: Disease of the brain's arteries.
interstitial_nephritis: Interstitial nephritis.
acute_liver_failure: Acute liver failure.
active_liver_disease: Active hepatitis or another active liver disease.
hepatitis_b_untreated: Hepatitis B, not treated.
systemic_fungal_infection: Fungal infection of the whole body.
tuberculosis_active: Tuberculosis now.
clostridioides_recent: Recent Clostridioides difficile infection.
g6pd_deficiency: G6PD deficiency.
lambert_eaton: Lambert-Eaton syndrome.
motor_neurone_disease: Motor neurone disease.
respiratory_muscle_weakness: Weak breathing muscles.
proximal_myopathy: Weak muscles of hip and shoulder.
bowel_anastomosis_recent: Bowel joined by surgery within the last weeks.
oral_surgery_unhealed: Mouth not healed after surgery.
jaw_osteonecrosis: Dead bone in the jaw.
alcohol_dependence: Alcohol dependence.
substance_use_disorder: Substance use disorder other than opioids.
organ_transplant: Transplanted organ.
hiv: HIV infection.
malnutrition: Severe malnutrition.
chronic_kidney_disease: Chronic kidney disease.
hypertension: High blood pressure.
other: A condition that is not in this list.
""")

# Allergies and medicines.
_define("""
severity = How bad a reaction was.
mild: A nuisance.
moderate: Needed treatment.
severe: Dangerous.
anaphylaxis: Anaphylaxis.

allergy-kind = Whether the immune system was at work.
allergy: Immune reaction; bars the substance.
intolerance: Unwanted effect, such as nausea; bars no class.

certainty = How sure the reaction is.
confirmed: Tested, or seen by a clinician.
reported: Told by someone.

route = How a medicine enters the body.
oral: Swallowed.
rectal: In the rectum.
sublingual: Under the tongue.
buccal: In the cheek.
transmucosal: Through the lining of mouth or nose.
subcutaneous: Under the skin.
intravenous: Into a vein.
transdermal: Through the skin, for the whole body.
topical: On the skin, for that place.
epidural: Into the epidural space.
intrathecal: Into the spinal fluid.
intramuscular: Into a muscle.
inhaled: Breathed in.

form = How a medicine is made up.
immediate-release: Released at once.
modified-release: Released over hours.
solution: Liquid to swallow.
injection: Liquid to inject.
infusion: Run in over hours by a pump.
patch: Patch for the whole body.
plaster: Plaster for the place where it sticks.

schedule = When a medicine is taken.
regular: At set times.
as-needed: When needed.
infusion: All the time, by a pump.
patch: All the time, from a patch.

indication = What a medicine is taken for.
pain: Pain.
epilepsy: Seizures; never stopped or halved by a pain rule.
spasm: Muscle spasm or spasticity.
nausea: Nausea.
constipation: Constipation.
breathlessness: Breathlessness.
cord_compression: Compression of cord or cauda equina.
brain_disease: Brain metastasis or raised pressure in the skull.
appetite: Appetite or tiredness.
cancer_treatment: Part of a treatment against the cancer.
stomach_protection: Protection of the stomach.
mood: Depression or another disorder of mood.
anxiety: Anxiety.
sleep: Sleep.
psychosis: Psychosis.
delirium: Delirium.
opioid_agonist_treatment: Treatment of opioid use disorder.
clot_prevention: Prevention or treatment of clots.
heart_or_pressure: Heart disease or high blood pressure.
infection: Infection.
diabetes: Diabetes.
bone_protection: Protection of bone, or high calcium.
other: Another reason.

adherence = How much of what is prescribed is taken.
full: All.
partial: Some.
none: None.

response = What a treatment did for the pain.
none: Nothing.
partial: Some relief.
good: Good relief.

stop-reason = Why a treatment ended.
ineffective: It did not help.
toxicity: It did harm.
completed: The course was complete.
other: Another reason.
not_stopped: It goes on.

anticoagulant-intensity = How strongly clotting is held back.
none: Not at all.
prophylactic: Dose that prevents clots.
therapeutic: Dose that treats clots, or any dose not known to be lower.

anticoagulant-indication = Why an anticoagulant is taken.
none: None is taken.
vte_acute: Clot within the last 3 months.
vte_remote: Older clot.
af: Atrial fibrillation.
mechanical_valve: Mechanical heart valve.
other: Another reason.

enzyme-modifier = What a current medicine does to a drug-metabolising enzyme.
none: Nothing that matters.
inhibitor: Slows it.
inducer: Speeds it.

enteral-tube = Feeding tube.
none: None.
nasogastric: Through the nose to the stomach.
peg: Through the skin to the stomach.
jejunostomy: Through the skin to the small bowel.
""")

# Tumour and preferences.
_define("""
primary-tumour = Where the cancer began.
cervix: Cervix.
ovary: Ovary.
endometrium: Endometrium.
bladder: Bladder.
ureter_kidney: Ureter or kidney.
prostate: Prostate.
colorectal: Colon or rectum.
gastric: Stomach.
lung: Lung.
breast: Breast.
melanoma: Melanoma.
sarcoma: Sarcoma.
lymphoma: Lymphoma.
myeloma: Myeloma.
germ_cell: Germ cells.
unknown_primary: Looked for, not found.
other: Elsewhere.

histology = Tumour type under the microscope, as radiosensitivity needs it.
lymphoma: Lymphoma.
myeloma: Myeloma.
germ_cell: Germ-cell tumour.
small_cell: Small-cell cancer.
breast: Breast cancer.
prostate: Prostate cancer.
ovarian: Ovarian cancer.
neuroendocrine: Neuroendocrine tumour.
cervix: Cervical cancer.
endometrial: Endometrial cancer.
nsclc: Non-small-cell lung cancer.
colorectal: Colorectal cancer.
renal: Kidney cancer.
thyroid: Thyroid cancer.
hcc: Liver-cell cancer.
melanoma: Melanoma.
sarcoma: Sarcoma other than leiomyosarcoma.
leiomyosarcoma: Leiomyosarcoma.
urothelial: Urothelial cancer.
gastric: Stomach cancer.
pancreatic: Pancreatic cancer.
head_neck: Head and neck cancer.
other: Another type.

tissue = Tissue diagnosis.
confirmed: Reported by the pathologist.
awaited: Taken, no report yet.
none: None was taken.

radiosensitivity = How well the tumour answers to radiotherapy.
high: Well.
intermediate: Middling.
low: Poorly.

systemic-options = What systemic cancer treatment is left.
available_untried: There is one, not yet tried.
available_exhausted: All were tried.
none: There is none.

resectability = Whether the tumour can be cut out.
resectable: Yes.
borderline: Perhaps.
unresectable: No.

bone-agent = Medicine that protects bone.
none: None.
bisphosphonate: A bisphosphonate.
rankl_inhibitor: An antibody against RANK ligand.

priority = What matters most to the patient.
pain_relief: Less pain.
alertness: A clear head.
mobility: Moving about.
being_home: Being at home.
life_prolongation: Living longer.

acceptance = What the patient says to an offer.
yes: Accepts.
reluctant: Hesitates.
refuses: Refuses.

region = Where the plan is used; decides which licences and products count.
UK: United Kingdom.
EU: European Union.
US: United States.
AU: Australia.
INTL: Elsewhere.
""")

# What a plan says.
_define("""
step = The steps of the protocol; S6 runs beside the others from the first day.
S0: Safety first
S1: Foundation
S2: Adjuvants directed at a mechanism
S3: Optimise
S4: Specialist medicines
S5: Interventional
S6: Against the tumour
S7: Last days of life
""")

# Nerve roots and vertebrae.
_ROOTS = ("T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1", "S2", "S3", "S4", "S5")
_LEVELS = [f"{part}{n}" for part, count in (("C", 7), ("T", 12), ("L", 5), ("S", 5)) for n in range(1, count + 1)]
LISTS["dermatome"] = WordList(
    "dermatome",
    "Skin areas of the spinal nerve roots.",
    {root: f"Skin area of root {root}." for root in _ROOTS},
)
LISTS["vertebra"] = WordList("vertebra", "Vertebral levels.", {level: f"Level {level}." for level in _LEVELS})
