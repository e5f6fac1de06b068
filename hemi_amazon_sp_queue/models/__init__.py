from . import amazon_job
