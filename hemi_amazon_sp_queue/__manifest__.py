{
    "name": "Hemi Amazon SP Queue",
    "summary": "Amazon's accounts are worked on by many workers and hosts at once, through OCA's queue_job",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Hemi",
    "website": "https://github.com/hemi/hemi_amazon_sp",
    "depends": ["hemi_amazon_sp", "queue_job"],
    "data": ["data/queue_job.xml"],
    "uninstall_hook": "forget_turns",
}
